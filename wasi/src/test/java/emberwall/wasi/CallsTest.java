package emberwall.wasi;

import static emberwall.wasi.GuestHarness.errno;
import static emberwall.wasi.GuestHarness.length;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.wasi.file.ArrayMemory;
import emberwall.wasi.file.Descriptor;
import emberwall.wasi.file.Directory;
import emberwall.wasi.file.Errno;
import emberwall.wasi.file.GuestMemory;
import emberwall.wasi.file.NativeMemory;
import emberwall.wasi.file.Rights;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the functions do with files and with hostile numbers, for memories in Java arrays and outside of them. */
class CallsTest {
    private static final int SIZE = 1 << 20;
    private static final long READ_WRITE = Rights.FILE;

    @TempDir
    Path place;

    private static GuestMemory memory(boolean outside) {
        return outside ? new NativeMemory(SIZE) : new ArrayMemory(SIZE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void writesAndReadsInPieces(boolean outside) throws IOException {
        try (GuestHarness h = new GuestHarness(memory(outside))) {
            int root = h.preopen(place, false);
            int file = h.open(root, "new", Directory.CREATE, READ_WRITE, 0);
            byte[] text = "hello, pieces".getBytes(StandardCharsets.UTF_8);
            h.memory.write(1000, text, 0, text.length);
            int vectors = h.vectors(16, 1000, 5, 0, 0, 1005, 0, 1005, 8);
            h.fd.write(file, vectors, 4, 8);
            assertEquals(13, h.memory.getInt(8));
            assertArrayEquals(text, Files.readAllBytes(place.resolve("new")));
            h.fd.seek(file, -8, Descriptor.SEEK_CUR, 8);
            assertEquals(5, h.memory.getLong(8));
            h.fd.read(file, h.vectors(16, 2000, 2, 2100, 4, 2200, 100), 3, 8);
            assertEquals(8, h.memory.getInt(8));
            assertEquals(", ", new String(h.bytes(2000, 2), StandardCharsets.UTF_8));
            assertEquals("piec", new String(h.bytes(2100, 4), StandardCharsets.UTF_8));
            assertEquals("es", new String(h.bytes(2200, 2), StandardCharsets.UTF_8));
            h.fd.pread(file, h.vectors(16, 3000, 5), 1, 7, 8);
            assertEquals("piece", new String(h.bytes(3000, 5), StandardCharsets.UTF_8));
            h.fd.pwrite(file, h.vectors(16, 1000, 5), 1, 20, 8);
            assertEquals(25, Files.size(place.resolve("new")));
            h.fd.tell(file, 8);
            assertEquals(13, h.memory.getLong(8), "pread and pwrite do not move it");
            assertEquals(Errno.INVAL, errno(() -> h.fd.pread(file, 16, 1, -1, 8)));
            assertEquals(Errno.INVAL, errno(() -> h.fd.seek(file, -100, Descriptor.SEEK_SET, 8)));
            assertEquals(Errno.INVAL, errno(() -> h.fd.seek(file, 0, 3, 8)));
        }
    }

    /** More than the kernel is asked for at once, in pieces of odd sizes, arrives whole and in order. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void largeTransfersArriveWhole(boolean outside) throws IOException {
        int bytes = 11_000_003;
        try (GuestHarness h = new GuestHarness(outside ? new NativeMemory(1 << 25) : new ArrayMemory(1 << 25))) {
            int root = h.preopen(place, false);
            byte[] content = new byte[bytes];
            new Random(1).nextBytes(content);
            h.memory.write(1 << 16, content, 0, bytes);
            int file = h.open(root, "large", Directory.CREATE, READ_WRITE, 0);
            int first = 5_000_001;
            h.fd.write(file, h.vectors(16, 1 << 16, first, (1 << 16) + first, bytes - first), 2, 8);
            assertEquals(bytes, h.memory.getInt(8));
            assertArrayEquals(content, Files.readAllBytes(place.resolve("large")));
            int at = 1 << 24;
            h.fd.pread(file, h.vectors(16, at, 3, at + 3, first, at + 3 + first, 1 << 22), 3, 0, 8);
            int read = 3 + first + (1 << 22);
            assertEquals(read, h.memory.getInt(8));
            assertArrayEquals(Arrays.copyOf(content, read), h.bytes(at, read));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void pointersAreNotTrusted(boolean outside) throws IOException {
        Files.writeString(place.resolve("file"), "mine");
        try (GuestHarness h = new GuestHarness(memory(outside))) {
            int root = h.preopen(place, false);
            int file = h.open(root, "file", 0, READ_WRITE, 0);
            int name = h.text("file");
            int[] bad = {SIZE, SIZE - 1, SIZE - 3, -1, -4, Integer.MIN_VALUE, Integer.MAX_VALUE};
            for (int at : bad) {
                assertEquals(Errno.FAULT, errno(() -> h.fd.read(file, 16, 0, at)));
                assertEquals(Errno.FAULT, errno(() -> h.fd.read(file, at, 1, 8)));
                assertEquals(Errno.FAULT, errno(() -> h.fd.read(file, h.vectors(16, at, 8), 1, 8)));
                assertEquals(Errno.FAULT, errno(() -> h.fd.write(file, 16, 0, at)));
                assertEquals(Errno.FAULT, errno(() -> h.fd.write(file, h.vectors(16, at, 8), 1, 8)));
                assertEquals(Errno.FAULT, errno(() -> h.fd.pwrite(file, h.vectors(16, at, 8), 1, 0, 8)));
                assertEquals(Errno.FAULT, errno(() -> h.fd.tell(file, at)));
                assertEquals(Errno.FAULT, errno(() -> h.fd.fdstatGet(file, at)));
                assertEquals(Errno.FAULT, errno(() -> h.fd.filestatGet(file, at)));
                assertEquals(Errno.FAULT, errno(() -> h.fd.prestatGet(root, at)));
                assertEquals(Errno.FAULT, errno(() -> h.fd.readdir(root, at, 100, 0, 8)));
                assertEquals(Errno.FAULT, errno(() -> h.fd.readdir(root, 100, 100, 0, at)));
                assertEquals(Errno.FAULT, errno(() -> h.path.filestatGet(root, 0, at, 4, 64)));
                assertEquals(Errno.FAULT, errno(() -> h.path.filestatGet(root, 0, name, 4, at)));
                assertEquals(Errno.FAULT, errno(() -> h.path.unlinkFile(root, at, 4)));
                assertEquals(Errno.FAULT, errno(() -> h.path.open(root, 0, at, 4, 0, 0, 0, 0, 8)));
                assertEquals(Errno.FAULT, errno(() -> h.path.open(root, 0, name, 4, 1, 0, 0, 0, at)));
                assertEquals(Errno.FAULT, errno(() -> h.path.readlink(root, name, 4, at, 100, 8)));
                assertEquals(Errno.FAULT, errno(() -> h.poll.oneoff(at, 1000, 1, 8)));
                assertEquals(Errno.FAULT, errno(() -> h.poll.oneoff(1000, at, 1, 8)));
                assertEquals(Errno.FAULT, errno(() -> h.poll.oneoff(1000, 2000, 1, at)));
            }
            assertEquals("mine", Files.readString(place.resolve("file")));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void lengthsAreNotTrusted(boolean outside) {
        try (GuestHarness h = new GuestHarness(memory(outside))) {
            int root = h.preopen(place, false);
            int file = h.open(root, "file", Directory.CREATE, READ_WRITE, 0);
            for (int length :
                    new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, SIZE + 1, 0x2000_0000, 0x1fff_ffff}) {
                assertEquals(Errno.FAULT, errno(() -> h.fd.read(file, 0, length, 8)), "count");
                assertEquals(Errno.FAULT, errno(() -> h.fd.write(file, 0, length, 8)), "count");
                assertEquals(Errno.FAULT, errno(() -> h.fd.read(file, h.vectors(16, 0, length), 1, 8)), "length");
                assertEquals(Errno.FAULT, errno(() -> h.fd.write(file, h.vectors(16, 0, length), 1, 8)), "length");
                assertEquals(Errno.FAULT, errno(() -> h.path.unlinkFile(root, 0, length)));
                assertEquals(Errno.FAULT, errno(() -> h.fd.readdir(root, 0, length, 0, 8)));
            }
            assertEquals(Errno.INVAL, errno(() -> h.poll.oneoff(0, 0, -1, 8)));
            assertEquals(Errno.INVAL, errno(() -> h.poll.oneoff(0, 0, 0, 8)));
            assertEquals(Errno.NAMETOOLONG, errno(() -> h.path.unlinkFile(root, 0, SIZE)));
            // As many pieces as fit in memory, all over all of it: a partial transfer, no giant of an array.
            for (int i = 0; i < SIZE / 8; i++) {
                h.memory.putInt(8L * i, 0);
                h.memory.putInt(8L * i + 4, SIZE);
            }
            assertEquals(Errno.SUCCESS, errno(() -> h.fd.read(file, 0, SIZE / 8, SIZE - 4)));
            assertEquals(0, h.memory.getInt(SIZE - 4), "the file is empty");
        }
    }

    @Test
    void textsMustBeUtf8() {
        try (GuestHarness h = new GuestHarness(new ArrayMemory(SIZE))) {
            int root = h.preopen(place, false);
            byte[][] bad = {
                {(byte) 0xff},
                {(byte) 0xc0, (byte) 0x80},
                {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
                {'a', (byte) 0xe2, (byte) 0x82},
                {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
                {(byte) 0x80},
                {(byte) 0xf0, (byte) 0x82, (byte) 0x82, (byte) 0xac}
            };
            for (byte[] text : bad) {
                h.memory.write(100, text, 0, text.length);
                assertEquals(Errno.ILSEQ, errno(() -> h.path.createDirectory(root, 100, text.length)));
            }
            String good = "aé€𝄞";
            h.path.createDirectory(root, h.text(good), length(good));
            assertEquals(Errno.EXIST, errno(() -> h.path.createDirectory(root, h.text(good), length(good))));
        }
    }

    /** All entries come once, whatever the size of the buffer; a cut entry comes whole the next time. */
    @ParameterizedTest
    @ValueSource(ints = {24 + 9, 60, 100, 256, 4096, 65_536})
    void directoriesAreReadInPieces(int room) throws IOException {
        Set<String> wanted = new HashSet<>(Set.of(".", ".."));
        for (int i = 0; i < 300; i++) {
            Files.createFile(place.resolve("file" + i));
            wanted.add("file" + i);
        }
        try (GuestHarness h = new GuestHarness(new ArrayMemory(SIZE))) {
            int root = h.preopen(place, false);
            Set<String> found = new HashSet<>();
            long cookie = 0;
            int used;
            do {
                h.fd.readdir(root, 1024, room, cookie, 8);
                used = h.memory.getInt(8);
                assertTrue(used <= room);
                int at = 1024;
                while (at + 24 <= 1024 + used) {
                    int length = h.memory.getInt(at + 16);
                    if (at + 24 + length > 1024 + used) {
                        break;
                    }
                    String name = new String(h.bytes(at + 24, length), StandardCharsets.UTF_8);
                    assertTrue(found.add(name), name + " came twice");
                    assertEquals(name.startsWith(".") ? 3 : 4, h.memory.getByte(at + 20), "type of " + name);
                    Object inode = Files.getAttribute(place.resolve(name), "unix:ino");
                    assertEquals(name.equals("..") ? 0L : inode, h.memory.getLong(at + 8), name);
                    cookie = h.memory.getLong(at);
                    at += 24 + length;
                }
            } while (used == room);
            assertEquals(wanted, found);
        }
    }

    @Test
    void rightsOnlyShrink() throws IOException {
        Files.writeString(place.resolve("file"), "mine");
        try (GuestHarness h = new GuestHarness(new ArrayMemory(SIZE))) {
            int root = h.preopen(place, false);
            int file = h.open(root, "file", 0, READ_WRITE, 0);
            h.fd.fdstatSetRights(file, Rights.FD_READ | Rights.FD_SEEK, 0);
            assertEquals(Errno.NOTCAPABLE, errno(() -> h.fd.write(file, 16, 0, 8)));
            assertEquals(Errno.NOTCAPABLE, errno(() -> h.fd.filestatSetSize(file, 0)));
            assertEquals(Errno.NOTCAPABLE, errno(() -> h.fd.allocate(file, 0, 10)));
            assertEquals(Errno.NOTCAPABLE, errno(() -> h.fd.filestatSetTimes(file, 0, 0, 10)));
            assertEquals(Errno.NOTCAPABLE, errno(() -> h.fd.fdstatSetRights(file, READ_WRITE, 0)));
            assertEquals(Errno.NOTCAPABLE, errno(() -> h.fd.fdstatSetRights(file, 0, Rights.FD_READ)));
            assertEquals(Errno.SUCCESS, errno(() -> h.fd.read(file, h.vectors(16, 100, 4), 1, 8)));
            h.fd.fdstatGet(file, 200);
            assertEquals(Rights.FD_READ | Rights.FD_SEEK, h.memory.getLong(208));
            // A directory that gives less to what is opened through it.
            int lesser = h.open(root, ".", Directory.ONLY_DIRECTORY, Rights.DIRECTORY, 0);
            h.fd.fdstatSetRights(
                    lesser, Rights.PATH_OPEN | Rights.PATH_LINK_SOURCE | Rights.PATH_RENAME_SOURCE, Rights.FD_READ);
            assertEquals(Errno.NOTCAPABLE, errno(() -> h.open(lesser, "file", 0, READ_WRITE, 0)));
            assertEquals(Errno.NOTCAPABLE, errno(() -> h.open(lesser, "x", Directory.CREATE, Rights.FD_READ, 0)));
            assertEquals(Errno.NOTCAPABLE, errno(() -> h.open(lesser, "file", Directory.TRUNCATE, Rights.FD_READ, 0)));
            int name = h.text("file");
            int other = h.text("other");
            assertEquals(Errno.NOTCAPABLE, errno(() -> h.path.unlinkFile(lesser, name, 4)));
            assertEquals(
                    Errno.NOTCAPABLE,
                    errno(() -> h.path.link(lesser, 0, name, 4, root, other, 5)),
                    "to be written there");
            assertEquals(Errno.NOTCAPABLE, errno(() -> h.path.rename(lesser, name, 4, root, other, 5)));
            int read = h.open(lesser, "file", 0, Rights.FD_READ | Rights.FD_FILESTAT_SET_SIZE, 0);
            assertEquals(Errno.NOTCAPABLE, errno(() -> h.fd.filestatSetSize(read, 0)));
            assertEquals("mine", Files.readString(place.resolve("file")));
        }
    }

    @Test
    void readOnlyDirectoriesOpenForReading() throws IOException {
        Files.writeString(place.resolve("file"), "mine");
        try (GuestHarness h = new GuestHarness(new ArrayMemory(SIZE))) {
            int root = h.preopen(place, true);
            // As Go's runtime does, which asks for everything but writing.
            int file = h.open(root, "file", 0, Rights.ALL & ~Rights.FD_WRITE, 0);
            h.fd.read(file, h.vectors(16, 100, 4), 1, 8);
            assertEquals(4, h.memory.getInt(8));
            assertEquals(Errno.ROFS, errno(() -> h.open(root, "file", 0, Rights.FD_WRITE, 0)));
            assertEquals(Errno.ROFS, errno(() -> h.open(root, "new", Directory.CREATE, Rights.FD_READ, 0)));
            assertEquals(Errno.ROFS, errno(() -> h.open(root, "file", Directory.TRUNCATE, Rights.FD_READ, 0)));
            assertEquals(Errno.ROFS, errno(() -> h.path.createDirectory(root, h.text("x"), 1)));
            assertEquals(Errno.NOTCAPABLE, errno(() -> h.fd.filestatSetTimes(file, 0, 0, 10)));
            assertEquals(Errno.NOTCAPABLE, errno(() -> h.fd.filestatSetSize(file, 0)));
            assertEquals(Errno.ROFS, errno(() -> h.fd.filestatSetTimes(root, 0, 0, 10)));
            int again = h.open(root, ".", Directory.ONLY_DIRECTORY, Rights.DIRECTORY, 0);
            assertEquals(Errno.ROFS, errno(() -> h.path.unlinkFile(again, h.text("file"), 4)));
            assertEquals("mine", Files.readString(place.resolve("file")));
        }
    }

    @Test
    void numbersAreReusedFromBelow() {
        try (GuestHarness h = new GuestHarness(new ArrayMemory(SIZE))) {
            int root = h.preopen(place, false);
            int a = h.open(root, "a", Directory.CREATE, READ_WRITE, 0);
            int b = h.open(root, "b", Directory.CREATE, READ_WRITE, 0);
            int c = h.open(root, "c", Directory.CREATE, READ_WRITE, 0);
            h.fd.close(a);
            h.fd.close(b);
            assertEquals(Errno.BADF, errno(() -> h.fd.close(a)));
            assertEquals(a, h.open(root, "a", 0, READ_WRITE, 0));
            h.fd.renumber(c, a);
            assertEquals(Errno.BADF, errno(() -> h.fd.tell(c, 8)));
            h.fd.filestatGet(a, 64);
            assertEquals(Errno.BADF, errno(() -> h.fd.renumber(a, b)));
            assertEquals(Errno.BADF, errno(() -> h.fd.renumber(b, a)));
            assertEquals(Errno.BADF, errno(() -> h.fd.renumber(-1, a)));
            assertEquals(Errno.BADF, errno(() -> h.fd.renumber(a, Integer.MAX_VALUE)));
            h.fd.renumber(a, a);
            assertEquals(b, h.open(root, "b", 0, READ_WRITE, 0));
            // A file in place of a preopened directory is no preopened directory.
            h.fd.renumber(b, root);
            assertEquals(Errno.BADF, errno(() -> h.fd.prestatGet(root, 8)));
            assertEquals(Errno.NOTDIR, errno(() -> h.path.unlinkFile(root, h.text("a"), 1)));
        }
    }

    @Test
    void descriptorsAreLimited() {
        try (GuestHarness h = new GuestHarness(new ArrayMemory(SIZE))) {
            int root = h.preopen(place, false);
            for (int i = 1; i < 64; i++) {
                h.open(root, "file", Directory.CREATE, READ_WRITE, 0);
            }
            assertEquals(Errno.MFILE, errno(() -> h.open(root, "file", 0, READ_WRITE, 0)));
            h.fd.close(5);
            assertEquals(5, h.open(root, "file", 0, READ_WRITE, 0));
        }
    }

    @Test
    void everythingElseAboutFiles() throws IOException {
        try (GuestHarness h = new GuestHarness(new ArrayMemory(SIZE))) {
            int root = h.preopen(place, false);
            int file = h.open(root, "file", Directory.CREATE, READ_WRITE, Descriptor.APPEND);
            h.fd.write(file, h.vectors(16, 100, 4), 1, 8);
            h.fd.seek(file, 0, Descriptor.SEEK_SET, 8);
            h.fd.write(file, h.vectors(16, 100, 4), 1, 8);
            assertEquals(8, Files.size(place.resolve("file")), "appended");
            h.fd.fdstatGet(file, 64);
            assertEquals(4 | Descriptor.APPEND << 16, h.memory.getInt(64));
            h.fd.fdstatSetFlags(file, 0);
            h.fd.seek(file, 0, Descriptor.SEEK_SET, 8);
            h.fd.write(file, h.vectors(16, 100, 4), 1, 8);
            assertEquals(8, Files.size(place.resolve("file")));
            assertEquals(Errno.NOTSUP, errno(() -> h.fd.fdstatSetFlags(file, Descriptor.SYNC)));
            assertEquals(Errno.INVAL, errno(() -> h.fd.fdstatSetFlags(file, 32)));
            h.fd.filestatSetSize(file, 3);
            assertEquals(3, Files.size(place.resolve("file")));
            assertEquals(Errno.INVAL, errno(() -> h.fd.filestatSetSize(file, -1)));
            h.fd.allocate(file, 0, 100);
            assertEquals(100, Files.size(place.resolve("file")));
            assertEquals(Errno.INVAL, errno(() -> h.fd.allocate(file, 0, 0)));
            assertEquals(Errno.INVAL, errno(() -> h.fd.allocate(file, -1, 10)));
            for (int advice = 0; advice <= 5; advice++) {
                h.fd.advise(file, 0, 10, advice);
            }
            assertEquals(Errno.INVAL, errno(() -> h.fd.advise(file, 0, 10, 6)));
            h.fd.sync(file, true);
            h.fd.sync(file, false);
            h.fd.sync(root, false);
            h.fd.filestatSetTimes(file, 1_000_000_001L, 2_000_000_002L, 1 | 4);
            h.fd.filestatGet(file, 64);
            assertEquals(100, h.memory.getLong(64 + 32));
            assertEquals(1, h.memory.getLong(64 + 24));
            assertEquals(4, h.memory.getByte(64 + 16));
            assertEquals(1_000_000_001L, h.memory.getLong(64 + 40));
            assertEquals(2_000_000_002L, h.memory.getLong(64 + 48));
            assertEquals(Files.getAttribute(place.resolve("file"), "unix:ino"), h.memory.getLong(64 + 8));
            assertEquals(Errno.INVAL, errno(() -> h.fd.filestatSetTimes(file, 0, 0, 3)));
            assertEquals(Errno.INVAL, errno(() -> h.fd.filestatSetTimes(file, 0, 0, 16)));
            assertEquals(Errno.ISDIR, errno(() -> h.fd.read(root, 16, 1, 8)));
            assertEquals(Errno.ISDIR, errno(() -> h.fd.seek(root, 0, 0, 8)));
            assertEquals(Errno.NOTDIR, errno(() -> h.fd.readdir(file, 16, 100, 0, 8)));
            assertEquals(Errno.NOTSOCK, errno(() -> h.socket.shutdown(file, 1)));
            assertEquals(Errno.NOTSOCK, errno(() -> h.socket.accept(root, 0, 8)));
            assertEquals(Errno.BADF, errno(() -> h.socket.receive(77, 16, 0, 0, 8, 12)));
            assertEquals(Errno.BADF, errno(() -> h.fd.prestatGet(file, 8)));
            h.fd.prestatGet(root, 8);
            assertEquals(1, h.memory.getInt(12));
            assertEquals(Errno.NAMETOOLONG, errno(() -> h.fd.prestatDirName(root, 8, 0)));
            assertEquals(Errno.INVAL, errno(() -> h.open(root, "x", 3, 0, 0)), "CREAT and DIRECTORY");
            assertEquals(Errno.INVAL, errno(() -> h.open(root, "x", 16, 0, 0)));
            assertEquals(Errno.ISDIR, errno(() -> h.open(root, ".", 2, Rights.FD_READ | Rights.FD_WRITE, 0)));
            assertEquals(Errno.EXIST, errno(() -> h.open(root, "file", 1 | 4, 0, 0)));
            int name = h.text("file");
            assertEquals(Errno.INVAL, errno(() -> h.path.link(root, 1, name, 4, root, h.text("x"), 1)));
            assertEquals(Errno.INVAL, errno(() -> h.path.filestatGet(root, 2, name, 4, 64)));
            h.path.symlink(name, 4, root, h.text("link"), 4);
            h.path.readlink(root, h.text("link"), 4, 64, 2, 8);
            assertEquals(2, h.memory.getInt(8), "cut to the buffer");
            assertEquals("fi", new String(h.bytes(64, 2), StandardCharsets.UTF_8));
        }
    }

    /** Whoever opens / for a guest opens /proc too: that must not be a way into this process. */
    @Test
    void processesAreNotFiles() {
        try (GuestHarness h = new GuestHarness(new ArrayMemory(SIZE))) {
            int root = h.preopen(Path.of("/"), false);
            String self = "proc/" + ProcessHandle.current().pid();
            for (String file :
                    new String[] {"/mem", "/task/" + ProcessHandle.current().pid() + "/mem"}) {
                assertEquals(Errno.ACCES, errno(() -> h.open(root, self + file, 0, Rights.FD_READ, 0)));
                assertEquals(Errno.ACCES, errno(() -> h.open(root, self + file, 0, Rights.FILE, 0)));
            }
            assertEquals(Errno.ACCES, errno(() -> h.open(root, self + "/oom_score_adj", 0, Rights.FD_WRITE, 0)));
            assertEquals(Errno.LOOP, errno(() -> h.open(root, self + "/exe", 0, Rights.FD_READ, 0)));
            assertEquals(Errno.LOOP, errno(() -> h.open(root, self + "/root/etc", 0, Rights.FD_READ, 0)));
            int status = h.open(root, self + "/status", 0, Rights.FD_READ, 0);
            h.fd.read(status, h.vectors(16, 100, 5), 1, 8);
            assertEquals("Name:", new String(h.bytes(100, 5), StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void argumentsClocksAndRandomness(boolean outside) {
        try (GuestHarness h = new GuestHarness(memory(outside))) {
            byte[][] arguments = {"program".getBytes(StandardCharsets.UTF_8), {}, "é".getBytes(StandardCharsets.UTF_8)};
            ProcessCalls process = new ProcessCalls(h.guest, arguments, new byte[0][], h.clocks, null);
            process.argsSizesGet(0, 4);
            assertEquals(3, h.memory.getInt(0));
            assertEquals(8 + 1 + 3, h.memory.getInt(4));
            process.argsGet(16, 100);
            assertEquals(100, h.memory.getInt(16));
            assertEquals(108, h.memory.getInt(20));
            assertEquals(109, h.memory.getInt(24));
            assertEquals("program\0\0é\0", new String(h.bytes(100, 12), StandardCharsets.UTF_8));
            assertEquals(Errno.FAULT, errno(() -> process.argsGet(SIZE - 8, 100)));
            assertEquals(Errno.FAULT, errno(() -> process.argsGet(16, SIZE - 11)));
            process.environSizesGet(0, 4);
            assertEquals(0, h.memory.getInt(0));
            process.environGet(SIZE, SIZE);
            for (int clock = 0; clock < 4; clock++) {
                process.clockResGet(clock, 8);
                assertTrue(h.memory.getLong(8) > 0);
                process.clockTimeGet(clock, 8);
                long first = h.memory.getLong(8);
                process.clockTimeGet(clock, 8);
                assertTrue(h.memory.getLong(8) >= first);
            }
            assertEquals(Errno.INVAL, errno(() -> process.clockTimeGet(4, 8)));
            assertEquals(Errno.INVAL, errno(() -> process.clockResGet(-1, 8)));
            process.clockTimeGet(0, 8);
            assertTrue(Math.abs(h.memory.getLong(8) / 1_000_000 - System.currentTimeMillis()) < 10_000);
            process.randomGet(1000, 200_000);
            byte[] random = h.bytes(1000, 200_000);
            int[] counts = new int[256];
            for (byte b : random) {
                counts[b & 0xff]++;
            }
            assertTrue(Arrays.stream(counts).min().orElse(0) > 500, "all values come");
            process.randomGet(SIZE - 1, 1);
            process.randomGet(SIZE, 0);
            assertEquals(Errno.FAULT, errno(() -> process.randomGet(SIZE - 1, 2)));
            assertEquals(Errno.FAULT, errno(() -> process.randomGet(0, -1)));
        }
    }

    @Test
    void raisedSignals() {
        try (GuestHarness h = new GuestHarness(new ArrayMemory(SIZE))) {
            ProcessCalls process = new ProcessCalls(h.guest, new byte[0][], new byte[0][], h.clocks, null);
            process.procRaise(0);
            process.procRaise(16); // chld
            process.procRaise(27); // winch
            assertEquals(Errno.NOTSUP, errno(() -> process.procRaise(18))); // stop
            assertEquals(Errno.INVAL, errno(() -> process.procRaise(31)));
            assertEquals(Errno.INVAL, errno(() -> process.procRaise(-1)));
            // @formatter:off
            int[][] fatal = {{1, 1}, {2, 2}, {6, 6}, {9, 9}, {15, 15}, {23, 24}, {24, 25}, {25, 26}, {26, 27}, {28, 29}, {29, 30}, {30, 31}};
            // @formatter:on
            for (int[] row : fatal) {
                var e = assertThrows(ExitException.class, () -> process.procRaise(row[0]));
                assertEquals(row[1], e.signal());
                assertEquals(128 + row[1], e.code());
            }
        }
    }

    @Test
    void linuxErrorsHaveWords() {
        assertEquals(76, Errno.NOTCAPABLE.code());
        assertEquals(8, Errno.BADF.code());
        assertEquals(52, Errno.NOSYS.code());
        Set<Errno> seen = new HashSet<>();
        for (int number = 1; number < 134; number++) {
            seen.add(Errno.ofLinux(number));
            if (Errno.ofLinux(number) != Errno.IO) {
                assertEquals(number, Errno.ofLinux(number).linux());
            }
        }
        assertEquals(75, seen.size(), "all but success and notcapable");
        assertNotEquals(Errno.SUCCESS, Errno.ofLinux(0));
        assertEquals(Errno.IO, Errno.ofLinux(4095));
    }
}
