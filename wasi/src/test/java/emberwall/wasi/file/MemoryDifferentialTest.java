package emberwall.wasi.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import emberwall.os.Platform;
import emberwall.wasi.host.Beneath;
import emberwall.wasi.host.Kernel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file system in memory answers as the kernel's does: the same calls, made at random, succeed and fail alike. */
class MemoryDifferentialTest {
    private static final int RUNS = 100;
    private static final int STEPS = 250;
    private static final String[] NAMES = {"a", "b", "c", "d", "ä"};
    private static final String[] TEXTS = {"a", "b/c", "../a", "./d/", "c/..", "..", "/a", "", "d", "a/b/../c"};

    @TempDir
    Path place;

    /** The same thing in both file systems. */
    private record Both<T>(T host, T memory) {}

    private final Kernel kernel = Platform.supported() ? new Kernel() : null;
    private final List<Both<Directory>> directories = new ArrayList<>();
    private final List<Both<Descriptor>> files = new ArrayList<>();
    private final StringBuilder log = new StringBuilder();
    private Random random;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void answersAsTheKernelDoes(int part) throws Exception {
        assumeTrue(Platform.supported(), "needs the kernel");
        int successes = 0;
        for (int run = 0; run < RUNS; run++) {
            random = new Random(1_000L * part + run);
            Path top = Files.createDirectory(place.resolve("run" + run));
            byte[] name = top.toString().getBytes(StandardCharsets.UTF_8);
            MemoryTree tree = new MemoryTree(1 << 20, 1000);
            directories.add(
                    new Both<>(HostDirectory.preopen(kernel, new Beneath(kernel), name, false), tree.open(false)));
            for (int step = 0; step < STEPS; step++) {
                successes += step() ? 1 : 0;
            }
            compareTrees();
            directories.forEach(each -> closeBoth(each.host, each.memory));
            files.forEach(each -> closeBoth(each.host, each.memory));
            directories.clear();
            files.clear();
            log.setLength(0);
            remove(top);
        }
        kernel.close();
        assertEquals(true, successes > RUNS * STEPS / 6, "only " + successes + " steps did something");
    }

    private static void remove(Path top) throws IOException {
        try (Stream<Path> all = Files.walk(top)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static void closeBoth(Descriptor host, Descriptor memory) {
        host.close();
        memory.close();
    }

    /** One call in both; whether it succeeded. */
    private boolean step() {
        Both<Directory> at = directories.get(random.nextInt(directories.size()));
        Both<Directory> to = directories.get(random.nextInt(directories.size()));
        byte[] path = path();
        byte[] other = path();
        boolean follow = random.nextBoolean();
        return switch (random.nextInt(12)) {
            case 0 -> same("mkdir", path, other, at, d -> done(() -> d.createDirectory(path)));
            case 1 -> same("rmdir", path, other, at, d -> done(() -> d.removeDirectory(path)));
            case 2 -> same("unlink", path, other, at, d -> done(() -> d.unlink(path)));
            case 3 -> same("readlink", path, other, at, d -> MemoryTree.text(d.readlink(path)));
            case 4 -> same("stat " + follow, path, other, at, d -> text(d.stat(path, follow)));
            case 5 -> {
                byte[] text = bytes(TEXTS[random.nextInt(TEXTS.length)]);
                yield same("symlink", text, path, at, d -> done(() -> d.symlink(text, path)));
            }
            case 6 -> both("link", path, other, at, to, (d, e) -> d.link(path, e, other));
            case 7 -> both("rename", path, other, at, to, (d, e) -> d.rename(path, e, other));
            case 8 -> open(at, path, Directory.ONLY_DIRECTORY, false, 0);
            case 9 -> same("list", path, other, at, MemoryDifferentialTest::names);
            case 10 -> content();
            default -> {
                int flags = random.nextInt(16);
                yield open(at, path, flags, random.nextBoolean(), random.nextInt(4) == 0 ? Descriptor.APPEND : 0);
            }
        };
    }

    private byte[] path() {
        StringBuilder path = new StringBuilder();
        int count = Math.max(1, random.nextInt(6) - 2);
        for (int i = 0; i < count; i++) {
            int kind = random.nextInt(24);
            path.append(i == 0 ? "" : "/");
            path.append(kind == 0 ? "." : kind == 1 ? ".." : NAMES[random.nextInt(NAMES.length)]);
        }
        int end = random.nextInt(40);
        return bytes(end == 0 ? "" : end == 1 ? "/" + path : end < 6 ? path + "/" : end == 6 ? path + "//" : "" + path);
    }

    private boolean open(Both<Directory> at, byte[] path, int openFlags, boolean write, int flags) {
        boolean follow = random.nextBoolean();
        List<Descriptor> opened = new ArrayList<>();
        boolean success = same("open " + openFlags + " " + write + " " + follow, path, path, at, d -> {
            Descriptor made = d.open(path, follow, openFlags, true, write, flags);
            opened.add(made);
            return made.type().toString();
        });
        if (success && opened.getFirst().type() == FileType.DIRECTORY) {
            directories.add(new Both<>(opened.get(0).directory(), opened.get(1).directory()));
        } else if (success) {
            files.add(new Both<>(opened.get(0), opened.get(1)));
        }
        return success;
    }

    /** Something with an open file. */
    private boolean content() {
        if (files.isEmpty()) {
            return false;
        }
        Both<Descriptor> at = files.get(random.nextInt(files.size()));
        byte[] bytes = new byte[1 + random.nextInt(300)];
        random.nextBytes(bytes);
        long offset = random.nextInt(5) == 0 ? 100_000 + random.nextInt(100_000) : random.nextInt(400) - 20;
        int whence = random.nextInt(3);
        int kind = random.nextInt(8);
        if (kind == 7) {
            files.remove(at);
        }
        byte[] none = {};
        return same("content " + kind + " " + offset + " " + bytes.length, none, none, at, file -> switch (kind) {
            case 0 -> "" + file.write(buffers(bytes), Quiet.ATTENTION);
            case 1 -> "" + file.writeAt(buffers(bytes), offset, Quiet.ATTENTION);
            case 2 -> "" + file.seek(offset, whence);
            case 3 -> done(() -> file.setSize(offset));
            case 4 -> read(file, -1);
            case 5 -> read(file, offset);
            case 6 -> text(file.stat());
            default -> done(file::close);
        });
    }

    private static Buffers buffers(byte[] bytes) {
        ArrayMemory memory = new ArrayMemory(bytes.length + 8);
        memory.write(0, bytes, 0, bytes.length);
        return Buffers.single(memory, 0, bytes.length);
    }

    private static String read(Descriptor file, long offset) {
        ArrayMemory memory = new ArrayMemory(1000);
        Buffers buffers = Buffers.single(memory, 0, 1000);
        long count = offset == -1 ? file.read(buffers, Quiet.ATTENTION) : file.readAt(buffers, offset, Quiet.ATTENTION);
        byte[] bytes = new byte[1000];
        memory.read(0, bytes, 0, 1000);
        return count + " " + java.util.Arrays.hashCode(bytes);
    }

    private static String names(Directory directory) {
        TreeSet<String> names = new TreeSet<>();
        directory.list(0, 1 << 16, (next, inode, type, name) -> names.add(MemoryTree.text(name) + " " + type));
        return names.toString();
    }

    private static String text(FileStat stat) {
        return stat.type() == FileType.DIRECTORY
                ? "directory"
                : stat.type() + " " + stat.links() + " names, " + stat.size() + " bytes";
    }

    private static String done(Runnable call) {
        call.run();
        return "done";
    }

    private static byte[] bytes(String text) {
        return MemoryTree.bytes(text);
    }

    private interface Two {
        void perform(Directory from, Directory to);
    }

    private boolean both(String what, byte[] path, byte[] other, Both<Directory> at, Both<Directory> to, Two call) {
        return compare(
                what,
                path,
                other,
                answer(() -> call.perform(at.host, to.host)),
                answer(() -> call.perform(at.memory, to.memory)));
    }

    private <T> boolean same(String what, byte[] path, byte[] other, Both<T> at, Function<T, String> call) {
        String[] answers = new String[2];
        String host = answer(() -> answers[0] = call.apply(at.host));
        String memory = answer(() -> answers[1] = call.apply(at.memory));
        return compare(
                what, path, other, answers[0] == null ? host : answers[0], answers[1] == null ? memory : answers[1]);
    }

    private static String answer(Runnable call) {
        try {
            call.run();
            return "done";
        } catch (ErrnoException e) {
            return e.errno().name();
        }
    }

    private boolean compare(String what, byte[] path, byte[] other, String host, String memory) {
        String line = what + " '" + MemoryTree.text(path) + "' '" + MemoryTree.text(other) + "'";
        log.append(line).append(" -> ").append(host).append('\n');
        assertEquals(host, memory, () -> line + "\nafter\n" + log);
        return !host.equals(host.toUpperCase(java.util.Locale.ROOT)) || Character.isDigit(host.charAt(0));
    }

    private void compareTrees() {
        Both<Directory> top = directories.getFirst();
        List<String> left = new ArrayList<>(List.of("."));
        while (!left.isEmpty()) {
            String path = left.removeLast();
            byte[] bytes = bytes(path);
            byte[] none = {};
            same("at the end: stat", bytes, none, top, d -> text(d.stat(bytes, false)));
            if (top.memory.stat(bytes, false).type() == FileType.DIRECTORY) {
                Function<Directory, Directory> open =
                        d -> d.open(bytes, false, Directory.ONLY_DIRECTORY, true, false, 0)
                                .directory();
                same("at the end: list", bytes, none, top, d -> {
                    try (Directory opened = open.apply(d)) {
                        return names(opened);
                    }
                });
                open.apply(top.memory)
                        .list(2, 1 << 16, (next, inode, type, name) -> left.add(path + "/" + MemoryTree.text(name)));
            }
        }
    }
}
