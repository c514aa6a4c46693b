package emberwall.wasi;

import static emberwall.wasi.GuestHarness.errno;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.engine.Attention;
import emberwall.os.Pages;
import emberwall.os.RawMemory;
import emberwall.os.Syscall;
import emberwall.wasi.file.ArrayMemory;
import emberwall.wasi.file.Descriptor;
import emberwall.wasi.file.Directory;
import emberwall.wasi.file.Errno;
import emberwall.wasi.file.GuestMemory;
import emberwall.wasi.file.HostFile;
import emberwall.wasi.file.HostSocket;
import emberwall.wasi.file.InputDescriptor;
import emberwall.wasi.file.NativeMemory;
import emberwall.wasi.file.OpenFile;
import emberwall.wasi.file.OutputDescriptor;
import emberwall.wasi.file.Quiet;
import emberwall.wasi.file.Rights;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that wait: pipes, sockets, clocks; and how they end when the guest is to end. */
class WaitingTest {
    private static final int SIZE = 1 << 20;
    private static final int EFD_NONBLOCK = 0x800;

    @TempDir
    Path place;

    private GuestHarness h;

    @AfterEach
    void close() {
        if (h != null) {
            h.close();
        }
    }

    /** The guest is to end. */
    private static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Attention with a descriptor, as the native tier has it, or without, as the reference tier. */
    private static final class Signal implements Attention {
        private final int eventfd;
        private volatile boolean asked;

        Signal(boolean descriptor) {
            eventfd = descriptor ? (int) Syscall.call(Syscall.EVENTFD2, 0, EFD_NONBLOCK) : -1;
        }

        void ask() {
            asked = true;
            if (eventfd >= 0) {
                long page = Pages.allocate(Pages.SIZE);
                RawMemory.putLong(page, 1);
                Syscall.call(Syscall.WRITE, eventfd, page, 8);
                Pages.release(page, Pages.SIZE);
            }
        }

        @Override
        public int eventfd() {
            return eventfd;
        }

        @Override
        public void check() {
            if (asked) {
                throw new Ended();
            }
        }

        @Override
        public long remainingNanos() {
            return Long.MAX_VALUE;
        }
    }

    private static int[] pipe() {
        long page = Pages.allocate(Pages.SIZE);
        assertEquals(0, Syscall.call(Syscall.PIPE2, page, 0));
        int[] ends = {RawMemory.getInt(page), RawMemory.getInt(page + 4)};
        Pages.release(page, Pages.SIZE);
        return ends;
    }

    private static void closeAll(int... fds) {
        for (int fd : fds) {
            Syscall.call(Syscall.CLOSE, fd);
        }
    }

    private static void feed(int fd, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        long page = Pages.allocate(Pages.SIZE);
        RawMemory.copy(bytes, 0, page, bytes.length);
        assertEquals(bytes.length, Syscall.call(Syscall.WRITE, fd, page, bytes.length));
        Pages.release(page, Pages.SIZE);
    }

    private int inherit(int fd) {
        return h.files.add(new OpenFile(HostFile.inherit(h.kernel, fd), Rights.STREAM, 0, null));
    }

    private static GuestMemory memory(boolean outside) {
        return outside ? new NativeMemory(SIZE) : new ArrayMemory(SIZE);
    }

    /** Everything that waits for ever is ended by attention, with and without a descriptor for it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void attentionEndsWaiting(boolean descriptor) throws Exception {
        int[] empty = pipe();
        int[] full = pipe();
        byte[] loopback = InetAddress.getLoopbackAddress().getAddress();
        Signal[] signal = {null};
        Runnable[] waits = {
            () -> h.fd.read(inherit(empty[0]), h.vectors(16, 100, 10), 1, 8),
            () -> h.fd.write(inherit(full[1]), h.vectors(16, 0, SIZE), 1, 8),
            () -> h.socket.accept(listen(loopback), 0, 8),
            () -> {
                subscribeClock(0, 1, Clocks.MONOTONIC, Long.MAX_VALUE, 0);
                h.poll.oneoff(0, 1000, 1, 8);
            },
            () -> {
                subscribeClock(0, 1, Clocks.REALTIME, -1L, 1);
                h.poll.oneoff(0, 1000, 1, 8);
            },
            () -> {
                subscribe(0, 1, 1, inherit(empty[0]));
                h.poll.oneoff(0, 1000, 1, 8);
            },
        };
        for (int i = 0; i < waits.length; i++) {
            signal[0] = new Signal(descriptor);
            h = new GuestHarness(new NativeMemory(SIZE), signal[0]);
            Thread asker = Thread.ofPlatform().start(() -> {
                sleep(30);
                signal[0].ask();
            });
            assertThrows(Ended.class, waits[i]::run, "wait " + i);
            asker.join();
            h.close();
            closeAll(signal[0].eventfd);
        }
        h = null;
        closeAll(empty[0], empty[1], full[0], full[1]);
    }

    private static void sleep(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private int listen(byte[] address) {
        return h.files.add(new OpenFile(HostSocket.listen(h.kernel, address, 0), Rights.SOCKET, Rights.SOCKET, null));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void pipesAreReadAsFarAsTheyGo(boolean outside) {
        h = new GuestHarness(memory(outside));
        int[] ends = pipe();
        int in = inherit(ends[0]);
        feed(ends[1], "hello");
        h.fd.read(in, h.vectors(16, 100, 3, 200, 100), 2, 8);
        assertEquals(5, h.memory.getInt(8));
        assertEquals("hel", new String(h.bytes(100, 3), StandardCharsets.UTF_8));
        assertEquals("lo", new String(h.bytes(200, 2), StandardCharsets.UTF_8));
        Thread.ofPlatform().start(() -> {
            sleep(20);
            feed(ends[1], "later");
        });
        h.fd.read(in, h.vectors(16, 100, 100), 1, 8);
        assertEquals(5, h.memory.getInt(8));
        h.fd.fdstatSetFlags(in, Descriptor.NONBLOCK);
        assertEquals(Errno.AGAIN, errno(() -> h.fd.read(in, h.vectors(16, 100, 100), 1, 8)));
        closeAll(ends[1]);
        h.fd.read(in, h.vectors(16, 100, 100), 1, 8);
        assertEquals(0, h.memory.getInt(8), "the end");
        assertEquals(Errno.SPIPE, errno(() -> h.fd.seek(in, 0, 0, 8)));
        assertEquals(Errno.SPIPE, errno(() -> h.fd.pread(in, 16, 1, 0, 8)));
        assertEquals(Errno.NOTCAPABLE, errno(() -> h.fd.filestatSetSize(in, 0)));
        closeAll(ends[0]);
    }

    /** A write larger than a pipe waits for its reader and arrives whole; without a reader it is an error. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void pipesTakeWhatIsWritten(boolean outside) throws Exception {
        h = new GuestHarness(memory(outside));
        int[] ends = pipe();
        int out = inherit(ends[1]);
        byte[] content = new byte[600_000];
        new Random(2).nextBytes(content);
        h.memory.write(100_000, content, 0, content.length);
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        Thread reader = Thread.ofPlatform().start(() -> {
            long page = Pages.allocate(Pages.SIZE);
            while (got.size() < content.length) {
                int count = (int) Syscall.call(Syscall.READ, ends[0], page, Pages.SIZE);
                got.writeBytes(RawMemory.bytes(page, count));
            }
            Pages.release(page, Pages.SIZE);
        });
        h.fd.write(out, h.vectors(16, 100_000, 250_001, 350_001, 349_999), 2, 8);
        assertEquals(content.length, h.memory.getInt(8));
        reader.join();
        assertTrue(Arrays.equals(content, got.toByteArray()));
        h.fd.fdstatSetFlags(out, Descriptor.NONBLOCK);
        h.fd.write(out, h.vectors(16, 0, SIZE), 1, 8);
        int part = h.memory.getInt(8);
        assertTrue(part > 0 && part < SIZE, "as much as there is room: " + part);
        assertEquals(Errno.AGAIN, errno(() -> h.fd.write(out, h.vectors(16, 0, SIZE), 1, 8)));
        closeAll(ends[0]);
        assertEquals(Errno.PIPE, errno(() -> h.fd.write(out, h.vectors(16, 0, 10), 1, 8)));
        closeAll(ends[1]);
    }

    /** A pipe with a name in a preopened directory: opening it waits for nobody. */
    @Test
    void namedPipes() throws Exception {
        h = new GuestHarness(new ArrayMemory(SIZE));
        Path name = place.resolve("fifo");
        assertEquals(0, new ProcessBuilder("mkfifo", name.toString()).start().waitFor());
        int root = h.preopen(place, false);
        assertEquals(Errno.NXIO, errno(() -> h.open(root, "fifo", 0, Rights.FD_WRITE, 0)), "no reader");
        int in = h.open(root, "fifo", 0, Rights.ALL & ~Rights.FD_WRITE, 0);
        h.fd.read(in, h.vectors(16, 100, 10), 1, 8);
        assertEquals(0, h.memory.getInt(8), "nobody writes");
        int out = h.open(root, "fifo", 0, Rights.ALL & ~Rights.FD_READ, 0);
        h.memory.putInt(100, 0x01020304);
        h.fd.write(out, h.vectors(16, 100, 4), 1, 8);
        h.fd.read(in, h.vectors(16, 200, 10), 1, 8);
        assertEquals(4, h.memory.getInt(8));
        assertEquals(0x01020304, h.memory.getInt(200));
        subscribe(0, 7, 1, in);
        subscribeClock(48, 8, Clocks.MONOTONIC, 1_000_000, 0);
        h.poll.oneoff(0, 1000, 2, 8);
        assertEquals(1, h.memory.getInt(8));
        assertEquals(8, h.memory.getLong(1000), "the clock");
    }

    private void subscribe(int at, long userdata, int tag, int fd) {
        h.memory.putLong(at, userdata);
        h.memory.putByte(at + 8, (byte) tag);
        h.memory.putInt(at + 16, fd);
    }

    private void subscribeClock(int at, long userdata, int clock, long timeout, int flags) {
        h.memory.putLong(at, userdata);
        h.memory.putByte(at + 8, (byte) 0);
        h.memory.putInt(at + 16, clock);
        h.memory.putLong(at + 24, timeout);
        h.memory.putLong(at + 32, 0);
        h.memory.putShort(at + 40, (short) flags);
    }

    @Test
    void pollReportsWhatIsReady() throws IOException {
        h = new GuestHarness(new ArrayMemory(SIZE));
        int[] ends = pipe();
        int in = inherit(ends[0]);
        int out = inherit(ends[1]);
        Files.writeString(place.resolve("file"), "some text");
        int root = h.preopen(place, false);
        int file = h.open(root, "file", 0, Rights.FILE, 0);
        feed(ends[1], "hello");
        subscribe(0, 10, 1, in);
        subscribe(48, 11, 2, out);
        subscribe(96, 12, 1, file);
        subscribe(144, 13, 1, 77);
        subscribe(192, 14, 1, root);
        subscribeClock(240, 15, Clocks.MONOTONIC, 60_000_000_000L, 0);
        subscribeClock(288, 16, 9, 0, 0);
        subscribeClock(336, 17, Clocks.MONOTONIC, 0, 2);
        subscribeClock(384, 18, Clocks.REALTIME, 1, 1);
        h.poll.oneoff(0, 1000, 9, 2000);
        // @formatter:off
        long[][] wanted = { // userdata, error, type, bytes
            {10, 0, 1, 5}, {11, 0, 2, 0}, {12, 0, 1, 9}, {13, Errno.BADF.code(), 1, 0}, {14, Errno.NOTCAPABLE.code(), 1, 0},
            {16, Errno.INVAL.code(), 0, 0}, {17, Errno.INVAL.code(), 0, 0}, {18, 0, 0, 0},
        };
        // @formatter:on
        assertEquals(wanted.length, h.memory.getInt(2000));
        for (int i = 0; i < wanted.length; i++) {
            int at = 1000 + 32 * i;
            assertEquals(wanted[i][0], h.memory.getLong(at));
            assertEquals(wanted[i][1] | wanted[i][2] << 16, h.memory.getInt(at + 8), "event " + wanted[i][0]);
            assertEquals(wanted[i][3], h.memory.getLong(at + 16), "event " + wanted[i][0]);
            assertEquals(0, h.memory.getLong(at + 24));
        }
        closeAll(ends[1]);
        h.fd.read(in, h.vectors(600, 700, 5), 1, 2000);
        h.poll.oneoff(0, 1000, 1, 2000);
        assertEquals(1, h.memory.getLong(1024), "hung up");
        subscribe(0, 10, 3, in);
        assertEquals(Errno.INVAL, errno(() -> h.poll.oneoff(0, 1000, 1, 2000)));
        closeAll(ends[0]);
    }

    @Test
    void clocksRunOut() {
        h = new GuestHarness(new ArrayMemory(SIZE));
        long start = System.nanoTime();
        subscribeClock(0, 1, Clocks.MONOTONIC, 20_000_000, 0);
        subscribeClock(48, 2, Clocks.REALTIME, 60_000_000_000L, 0);
        subscribeClock(96, 3, Clocks.MONOTONIC, System.nanoTime() + 15_000_000, 1);
        subscribeClock(144, 4, Clocks.REALTIME, h.clocks.now(Clocks.REALTIME) + 60_000_000_000L, 1);
        h.poll.oneoff(0, 1000, 4, 8);
        assertTrue(System.nanoTime() - start >= 14_000_000);
        assertTrue(h.memory.getInt(8) >= 1);
        assertTrue(h.memory.getLong(1000) % 2 == 1, "one of those that were near");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void sockets(boolean outside) throws Exception {
        h = new GuestHarness(memory(outside));
        for (InetAddress address :
                new InetAddress[] {InetAddress.getByName("127.0.0.1"), InetAddress.getByName("::1")}) {
            HostSocket server;
            try {
                server = HostSocket.listen(h.kernel, address.getAddress(), 0);
            } catch (emberwall.wasi.file.ErrnoException e) {
                assertEquals(16, address.getAddress().length, "only IPv6 may be missing");
                continue;
            }
            int listening = h.files.add(new OpenFile(server, Rights.SOCKET, Rights.SOCKET, null));
            h.fd.fdstatSetFlags(listening, Descriptor.NONBLOCK);
            assertEquals(Errno.AGAIN, errno(() -> h.socket.accept(listening, 0, 8)));
            h.fd.fdstatSetFlags(listening, 0);
            try (Socket client = new Socket(address, server.port())) {
                h.socket.accept(listening, 0, 8);
                int peer = h.memory.getInt(8);
                client.getOutputStream().write("hello socket".getBytes(StandardCharsets.UTF_8));
                h.socket.receive(peer, h.vectors(16, 100, 5), 1, HostSocket.PEEK, 8, 12);
                assertEquals("hello", new String(h.bytes(100, 5), StandardCharsets.UTF_8));
                h.socket.receive(peer, h.vectors(16, 200, 5, 205, 7), 2, HostSocket.WAIT_ALL, 8, 12);
                assertEquals(12, h.memory.getInt(8));
                assertEquals("hello socket", new String(h.bytes(200, 12), StandardCharsets.UTF_8));
                subscribe(0x400, 1, 2, peer);
                h.poll.oneoff(0x400, 0x800, 1, 8);
                h.socket.send(peer, h.vectors(16, 200, 6, 206, 6), 2, 0, 8);
                assertEquals(12, h.memory.getInt(8));
                h.fd.write(peer, h.vectors(16, 200, 5), 1, 8);
                byte[] got = client.getInputStream().readNBytes(17);
                assertEquals("hello sockethello", new String(got, StandardCharsets.UTF_8));
                h.socket.shutdown(peer, 2);
                assertEquals(-1, client.getInputStream().read());
                assertEquals(Errno.PIPE, errno(() -> h.socket.send(peer, h.vectors(16, 200, 5), 1, 0, 8)));
                client.close();
                h.fd.read(peer, h.vectors(16, 300, 5), 1, 8);
                assertEquals(0, h.memory.getInt(8), "the end");
                assertEquals(Errno.INVAL, errno(() -> h.socket.shutdown(peer, 0)));
                assertEquals(Errno.INVAL, errno(() -> h.socket.shutdown(peer, 4)));
                h.fd.fdstatGet(peer, 64);
                assertEquals(6, h.memory.getByte(64), "a stream socket");
                h.fd.close(peer);
            }
            h.fd.close(listening);
        }
    }

    @Test
    void javaStreams() {
        h = new GuestHarness(new ArrayMemory(SIZE));
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        byte[] input = "input".getBytes(StandardCharsets.UTF_8);
        int in =
                h.files.add(new OpenFile(new InputDescriptor(new ByteArrayInputStream(input)), Rights.STREAM, 0, null));
        int out = h.files.add(new OpenFile(new OutputDescriptor(printed), Rights.STREAM, 0, null));
        h.fd.read(in, h.vectors(16, 100, 3, 103, 100), 2, 8);
        assertEquals(5, h.memory.getInt(8));
        h.fd.write(out, h.vectors(16, 102, 3, 100, 2), 2, 8);
        assertEquals("putin", printed.toString(StandardCharsets.UTF_8));
        h.fd.read(in, h.vectors(16, 100, 3), 1, 8);
        assertEquals(0, h.memory.getInt(8));
        subscribe(0, 1, 1, in);
        subscribe(48, 2, 2, out);
        h.poll.oneoff(0, 1000, 2, 8);
        assertEquals(2, h.memory.getInt(8));
        h.fd.write(out, h.vectors(16, 0, SIZE), 1, 8);
        assertEquals(SIZE + 5, printed.size());
        h.fd.sync(out, false);
        assertEquals(Errno.SPIPE, errno(() -> h.fd.seek(out, 0, 0, 8)));
        assertEquals(Errno.NOTSUP, errno(() -> h.fd.fdstatSetFlags(out, Descriptor.NONBLOCK)));
    }

    /** A stream that blocks: bytes that come late arrive, a guest that is to end does not wait for them, none get lost. */
    @Test
    void blockingStreams() throws Exception {
        PipedOutputStream source = new PipedOutputStream();
        PipedInputStream stream = new PipedInputStream(source);
        InputDescriptor input = new InputDescriptor(stream);
        Signal signal = new Signal(false);
        h = new GuestHarness(new ArrayMemory(SIZE), signal);
        int in = h.files.add(new OpenFile(input, Rights.STREAM, 0, null));
        Thread asker = Thread.ofPlatform().start(() -> {
            sleep(30);
            signal.ask();
        });
        assertThrows(Ended.class, () -> h.fd.read(in, h.vectors(16, 100, 10), 1, 8));
        asker.join();
        h.guest.begin(h.memory, Quiet.ATTENTION);
        source.write("hello again".getBytes(StandardCharsets.UTF_8));
        source.flush();
        h.fd.read(in, h.vectors(16, 100, 5), 1, 8);
        assertEquals("hello", new String(h.bytes(100, h.memory.getInt(8)), StandardCharsets.UTF_8));
        h.fd.read(in, h.vectors(16, 100, 50), 1, 8);
        assertEquals(" again", new String(h.bytes(100, h.memory.getInt(8)), StandardCharsets.UTF_8));
        Thread.currentThread().interrupt();
        assertEquals(Errno.INTR, errno(() -> h.fd.read(in, h.vectors(16, 100, 10), 1, 8)));
        assertTrue(Thread.interrupted());
        source.close();
        h.fd.read(in, h.vectors(16, 100, 10), 1, 8);
        assertEquals(0, h.memory.getInt(8));
    }

    /** Files that are no pipes are taken as they are: /dev/null never waits. */
    @Test
    void devices() {
        h = new GuestHarness(new ArrayMemory(SIZE), Quiet.ATTENTION);
        int root = h.preopen(Path.of("/dev"), false);
        int zero = h.open(root, "zero", 0, Rights.FD_READ, 0);
        h.fd.read(zero, h.vectors(16, 100, 10), 1, 8);
        assertEquals(10, h.memory.getInt(8));
        int none = h.open(root, "null", 0, Rights.ALL, 0);
        h.fd.write(none, h.vectors(16, 0, SIZE), 1, 8);
        assertEquals(SIZE, h.memory.getInt(8));
        h.fd.read(none, h.vectors(16, 0, 10), 1, 8);
        assertEquals(0, h.memory.getInt(8));
        assertEquals(Errno.NOTDIR, errno(() -> h.open(root, "null", Directory.ONLY_DIRECTORY, 0, 0)));
    }
}
