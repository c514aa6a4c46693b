package emberwall.wasi.file;

import static emberwall.wasi.host.Linux.AT_FDCWD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.os.Pages;
import emberwall.os.RawMemory;
import emberwall.os.Syscall;
import emberwall.wasi.host.Beneath;
import emberwall.wasi.host.Kernel;
import emberwall.wasi.host.Tree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Another thread changes the tree while paths are resolved in it. */
class RaceTest {
    private static final int ROUNDS = 4_000;
    private static final int RENAME_EXCHANGE = 2;
    private static final Times THEN = new Times(1_000_000_000L, 0, 1_000_000_000L, 0);

    @TempDir
    Path place;

    private Tree tree;
    private Kernel kernel;
    private Directory root;
    private final GuestMemory memory = new ArrayMemory(4096);
    private volatile boolean stop;

    @BeforeEach
    void make() throws IOException {
        tree = new Tree(place);
        kernel = new Kernel();
    }

    @AfterEach
    void close() throws IOException {
        root.close();
        kernel.close();
        tree.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Changes two names for each other, over and over, until told to stop; counts. */
    private Thread exchange(Path one, Path two, AtomicLong count) {
        return Thread.ofPlatform().start(() -> {
            long page = Pages.allocate(Pages.SIZE);
            byte[] first = bytes(one.toString());
            byte[] second = bytes(two.toString());
            RawMemory.copy(first, 0, page, first.length);
            RawMemory.copy(second, 0, page + 2048, second.length);
            while (!stop) {
                long result = Syscall.call(Syscall.RENAMEAT2, AT_FDCWD, page, AT_FDCWD, page + 2048, RENAME_EXCHANGE);
                if (result == 0) {
                    count.incrementAndGet();
                }
            }
            Pages.release(page, Pages.SIZE);
        });
    }

    /** {@code root/swap} is now a directory, now a link to the one outside. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void directoryBecomesLink(boolean openat2) throws Exception {
        root = HostDirectory.preopen(kernel, new Beneath(kernel, openat2), bytes(tree.root.toString()), false);
        Path directory = Files.createDirectory(tree.root.resolve("swap"));
        Files.writeString(directory.resolve("secret"), "mine");
        Files.createDirectory(directory.resolve("dir"));
        Path link = Files.createSymbolicLink(tree.root.resolve("link"), Path.of("../outside"));
        AtomicLong exchanges = new AtomicLong();
        Thread racer = exchange(directory, link, exchanges);
        int reads = 0;
        int refusals = 0;
        try {
            for (int i = 0; i < ROUNDS; i++) {
                String name = "new" + i;
                byte[] moved = bytes("swap/moved" + i);
                reads += succeeds(() -> assertEquals("mine", content("swap/secret"))) ? 1 : 0;
                boolean refused = !succeeds(() -> root.stat(bytes("swap/secret"), true));
                refusals += refused ? 1 : 0;
                succeeds(() -> root.open(bytes("swap/" + name), true, Directory.CREATE, true, true, 0)
                        .close());
                succeeds(() -> root.createDirectory(bytes("swap/dir/" + name)));
                succeeds(() -> root.removeDirectory(bytes("swap/dir/" + name)));
                succeeds(() -> root.symlink(bytes("x"), bytes("swap/dir/" + name)));
                succeeds(() -> root.rename(bytes("swap/dir/" + name), root, moved));
                succeeds(() -> root.link(bytes("swap/secret"), root, bytes("swap/linked")));
                succeeds(() -> root.unlink(bytes("swap/linked")));
                succeeds(() -> root.unlink(moved));
                succeeds(() -> root.setTimes(bytes("swap/secret"), true, THEN));
                succeeds(() -> root.setTimes(bytes("swap"), true, THEN));
                succeeds(() -> root.unlink(bytes("swap/" + name)));
            }
        } finally {
            stop = true;
            racer.join();
        }
        assertTrue(
                exchanges.get() > 0 && reads > 0 && refusals > 0,
                "no race: " + exchanges + " " + reads + " " + refusals);
        assertTrue(tree.outsideUntouched());
    }

    /** {@code root/a/b} moves out and back while paths climb out of it by {@code ..}. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void directoryMovesAway(boolean openat2) throws Exception {
        root = HostDirectory.preopen(kernel, new Beneath(kernel, openat2), bytes(tree.root.toString()), false);
        Path deep = Files.createDirectories(tree.root.resolve("a/b/c/d"));
        Files.writeString(tree.root.resolve("secret"), "mine");
        Path away = Files.createDirectory(tree.outside.resolve("away"));
        AtomicLong exchanges = new AtomicLong();
        Thread racer = exchange(deep.getParent(), away, exchanges);
        int reads = 0;
        try {
            for (int i = 0; i < ROUNDS * 4; i++) {
                reads += succeeds(() -> assertEquals("mine", content("a/b/c/d/../../../../secret"))) ? 1 : 0;
                succeeds(() -> assertEquals("mine", content("a/b/c/../../../secret")));
                succeeds(() -> content("a/b/c/d/../../secret"));
            }
        } finally {
            stop = true;
            racer.join();
        }
        assertTrue(exchanges.get() > 0 && reads > 0, "no race: " + exchanges + " " + reads);
    }

    /** A file is now a file, now a link out. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void fileBecomesLink(boolean openat2) throws Exception {
        root = HostDirectory.preopen(kernel, new Beneath(kernel, openat2), bytes(tree.root.toString()), false);
        AtomicLong exchanges = new AtomicLong();
        Thread racer = exchange(tree.root.resolve("dir/file"), tree.root.resolve("out_file"), exchanges);
        int reads = 0;
        try {
            for (int i = 0; i < ROUNDS * 4; i++) {
                reads += succeeds(() -> assertEquals("mine", content("dir/file"))) ? 1 : 0;
                succeeds(() -> root.open(bytes("dir/file"), true, Directory.CREATE, true, true, 0)
                        .close());
                succeeds(() -> root.setTimes(bytes("dir/file"), true, THEN));
            }
        } finally {
            stop = true;
            racer.join();
        }
        assertTrue(exchanges.get() > 0 && reads > 0, "no race: " + exchanges + " " + reads);
        assertTrue(tree.outsideUntouched());
    }

    private String content(String path) {
        try (Descriptor file = root.open(bytes(path), true, 0, true, false, 0)) {
            int count = (int) file.read(Buffers.single(memory, 0, 100), Quiet.ATTENTION);
            byte[] read = new byte[count];
            memory.read(0, read, 0, count);
            return new String(read, StandardCharsets.UTF_8);
        }
    }

    private interface Attempt {
        void run();
    }

    private static boolean succeeds(Attempt attempt) {
        try {
            attempt.run();
            return true;
        } catch (ErrnoException refused) {
            return false;
        }
    }
}
