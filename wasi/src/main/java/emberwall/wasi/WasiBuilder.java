package emberwall.wasi;

import emberwall.os.Platform;
import emberwall.wasi.file.ClosedDescriptor;
import emberwall.wasi.file.Descriptor;
import emberwall.wasi.file.ErrnoException;
import emberwall.wasi.file.FileTable;
import emberwall.wasi.file.HostDirectory;
import emberwall.wasi.file.HostFile;
import emberwall.wasi.file.HostSocket;
import emberwall.wasi.file.InputDescriptor;
import emberwall.wasi.file.OpenFile;
import emberwall.wasi.file.OutputDescriptor;
import emberwall.wasi.file.Rights;
import emberwall.wasi.host.Beneath;
import emberwall.wasi.host.Kernel;
import java.io.ByteArrayInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** Says what a guest may see. Makes one {@link Wasi} per call of {@link #build}; not thread-safe. */
public final class WasiBuilder {
    private static final int STDIN = 0;
    private static final int STDERR = 2;
    private static final int DEFAULT_LIMIT = 1024;

    private final List<byte[]> arguments = new ArrayList<>();
    private final List<byte[]> environment = new ArrayList<>();
    private final List<Preopen> preopens = new ArrayList<>();
    private boolean opensHost;
    private final List<InetSocketAddress> addresses = new ArrayList<>();
    private InputStream input = new ByteArrayInputStream(new byte[0]);
    private final OutputStream[] outputs = {OutputStream.nullOutputStream(), OutputStream.nullOutputStream()};
    private LongSupplier realtime;
    private LongSupplier monotonic;
    private LongSupplier processor;
    private RandomGenerator random;
    private int limit = DEFAULT_LIMIT;
    private boolean endOnClosedPipe;
    private int threads;

    /** A directory to be opened for the guest: of the host, or of a file system in memory. */
    private record Preopen(Path host, MemoryFileSystem files, String guest, boolean readOnly) {}

    WasiBuilder() {}

    /**
     * Appends arguments; the first one of all is the program's name.
     *
     * @param values the arguments
     * @return this
     * @throws IllegalArgumentException if there is a NUL character in one
     */
    public WasiBuilder args(String... values) {
        for (String value : values) {
            arguments.add(text(value));
        }
        return this;
    }

    /**
     * {@link #args(String...)}.
     *
     * @param values the arguments
     * @return this
     * @throws IllegalArgumentException if there is a NUL character in one
     */
    public WasiBuilder args(List<String> values) {
        for (String value : values) {
            arguments.add(text(value));
        }
        return this;
    }

    /**
     * Adds an environment variable; of the host's environment the guest sees nothing.
     *
     * @param key its name
     * @param value what it is
     * @return this
     * @throws IllegalArgumentException if the name is empty or holds {@code =}, or there is a NUL character in either
     */
    public WasiBuilder env(String key, String value) {
        if (key.isEmpty() || key.indexOf('=') >= 0) {
            throw new IllegalArgumentException("not a name for an environment variable: \"" + key + "\"");
        }
        environment.add(text(key + "=" + value));
        return this;
    }

    private static byte[] text(String value) {
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a NUL character cannot be passed to a guest");
        }
        return value.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The guest's standard input, output and error are this process's own. With native access they are its descriptors
     * 0, 1 and 2, past the buffers of {@link System#out}: nothing is lost, and a closed pipe is seen as one.
     *
     * @return this
     */
    public WasiBuilder inheritStdio() {
        return inheritStdin().inheritStdout().inheritStderr();
    }

    /**
     * The guest reads what this process would.
     *
     * @return this
     */
    public WasiBuilder inheritStdin() {
        input = null;
        return this;
    }

    /**
     * The guest prints where this process does.
     *
     * @return this
     */
    public WasiBuilder inheritStdout() {
        outputs[0] = null;
        return this;
    }

    /**
     * The guest reports errors where this process does.
     *
     * @return this
     */
    public WasiBuilder inheritStderr() {
        outputs[1] = null;
        return this;
    }

    /**
     * The guest reads from a stream, which is not closed. Bytes may be read ahead; if the guest ends while the stream
     * blocks, a thread stays in it until it comes back.
     *
     * @param stream where from
     * @return this
     */
    public WasiBuilder stdin(InputStream stream) {
        input = Objects.requireNonNull(stream);
        return this;
    }

    /**
     * The guest reads these bytes.
     *
     * @param bytes what it reads, then its input ends
     * @return this
     */
    public WasiBuilder stdin(byte[] bytes) {
        return stdin(new ByteArrayInputStream(bytes));
    }

    /**
     * The guest prints to a stream, which is flushed after every write and not closed.
     *
     * @param stream where to
     * @return this
     */
    public WasiBuilder stdout(OutputStream stream) {
        outputs[0] = Objects.requireNonNull(stream);
        return this;
    }

    /**
     * The guest reports errors to a stream, which is flushed after every write and not closed.
     *
     * @param stream where to
     * @return this
     */
    public WasiBuilder stderr(OutputStream stream) {
        outputs[1] = Objects.requireNonNull(stream);
        return this;
    }

    /**
     * Opens a directory for the guest. Whatever lies beneath it can be reached; links out of it are not followed.
     *
     * @param host the directory
     * @param guest the guest's name for it, such as {@code "/"} or {@code "data"}
     * @param readOnly whether everything that would change something fails with {@code EROFS}
     * @return this
     */
    public WasiBuilder preopen(Path host, String guest, boolean readOnly) {
        return preopen(new Preopen(Objects.requireNonNull(host), null, guest, readOnly));
    }

    /**
     * Opens the top of a file system in memory for the guest, which may be open for others too.
     *
     * @param files the file system
     * @param guest the guest's name for its top, such as {@code "/"} or {@code "data"}
     * @param readOnly whether everything that would change something fails with {@code EROFS}
     * @return this
     */
    public WasiBuilder preopen(MemoryFileSystem files, String guest, boolean readOnly) {
        return preopen(new Preopen(null, Objects.requireNonNull(files), guest, readOnly));
    }

    private WasiBuilder preopen(Preopen preopen) {
        text(preopen.guest);
        preopens.add(preopen);
        opensHost |= preopen.host != null;
        return this;
    }

    /**
     * Opens a listening stream socket for the guest; port 0 for a free one, see {@link Wasi#port}.
     *
     * @param address where to listen
     * @return this
     */
    public WasiBuilder listen(InetSocketAddress address) {
        addresses.add(address);
        return this;
    }

    /**
     * Nanoseconds since 1970 for the guest's real-time clock.
     *
     * @param clock called on the guest's thread
     * @return this
     */
    public WasiBuilder realtime(LongSupplier clock) {
        realtime = clock;
        return this;
    }

    /**
     * Nanoseconds for the guest's monotonic clock. Waiting still takes the time that it takes.
     *
     * @param clock called on the guest's thread
     * @return this
     */
    public WasiBuilder monotonic(LongSupplier clock) {
        monotonic = clock;
        return this;
    }

    /**
     * Nanoseconds for the guest's clocks of used processor time; without this, those of the process and the thread.
     *
     * @param clock called on the guest's thread
     * @return this
     */
    public WasiBuilder processorTime(LongSupplier clock) {
        processor = clock;
        return this;
    }

    /**
     * The guest's random numbers; without this, the operating system's.
     *
     * @param generator used on the guest's thread
     * @return this
     */
    public WasiBuilder random(RandomGenerator generator) {
        random = generator;
        return this;
    }

    /**
     * How many descriptors the guest can have open at once; 1024 without this.
     *
     * @param count standard streams and preopened directories included
     * @return this
     */
    public WasiBuilder maxDescriptors(int count) {
        limit = count;
        return this;
    }

    /**
     * Whether writing to a pipe that nobody reads ends the guest, as it ends a native program, by SIGPIPE.
     *
     * @param value whether it does; else the guest gets {@code EPIPE}
     * @return this
     */
    public WasiBuilder endOnClosedPipe(boolean value) {
        endOnClosedPipe = value;
        return this;
    }

    /**
     * How many threads the guest may have at once beside its first one, by {@code thread-spawn} of wasi-threads; 0 if it is
     * not told. They end with {@link Wasi#run}, or end it.
     *
     * @param most so many, at least 0
     * @return this
     * @throws IllegalArgumentException if it is below 0
     */
    public WasiBuilder threads(int most) {
        if (most < 0) {
            throw new IllegalArgumentException(most + " threads");
        }
        threads = most;
        return this;
    }

    /**
     * Opens everything.
     *
     * @return the guest's world, to be closed
     * @throws IOException if a directory or an address cannot be opened
     * @throws UnsupportedOperationException if directories or sockets are asked for where native access is missing
     */
    public Wasi build() throws IOException {
        String unavailable = Platform.unavailable();
        if (unavailable != null && (opensHost || !addresses.isEmpty())) {
            throw new UnsupportedOperationException(
                    "directories and sockets cannot be opened for a guest: " + unavailable);
        }
        Kernel kernel = unavailable == null ? new Kernel() : null;
        FileTable files = new FileTable(Math.max(limit, 3 + preopens.size() + addresses.size()));
        int[] ports = new int[addresses.size()];
        try {
            stdio(files, kernel);
            directories(files, kernel);
            sockets(files, kernel, ports);
        } catch (IOException | RuntimeException e) {
            files.close();
            if (kernel != null) {
                kernel.close();
            }
            throw e;
        }
        Guest guest = new Guest(files, kernel);
        Clocks clocks = new Clocks(kernel, realtime, monotonic, processor);
        byte[][] none = {};
        ProcessCalls process =
                new ProcessCalls(guest, arguments.toArray(none), environment.toArray(none), clocks, random);
        Calls calls = new Calls(
                process,
                new DescriptorCalls(guest),
                new PathCalls(guest),
                new PollCalls(guest, clocks),
                new SocketCalls(guest));
        GuestThreads group = threads == 0 ? null : new GuestThreads(threads);
        return new Wasi(guest, calls, endOnClosedPipe, ports, group);
    }

    private void stdio(FileTable files, Kernel kernel) {
        // A file that was redirected to is not the guest's to cut or to date.
        long rights = Rights.STREAM | Rights.FD_SEEK | Rights.FD_TELL | Rights.FD_ADVISE;
        files.add(new OpenFile(input(kernel), rights & ~Rights.FD_WRITE, 0, null));
        for (int fd = 1; fd <= STDERR; fd++) {
            files.add(new OpenFile(output(kernel, fd), rights & ~Rights.FD_READ, 0, null));
        }
    }

    private Descriptor input(Kernel kernel) {
        if (input == null && kernel != null) {
            return inherit(kernel, STDIN);
        }
        return new InputDescriptor(input != null ? input : new FileInputStream(FileDescriptor.in));
    }

    private static Descriptor inherit(Kernel kernel, int fd) {
        return kernel.isInherited(fd) ? HostFile.inherit(kernel, fd) : new ClosedDescriptor();
    }

    private Descriptor output(Kernel kernel, int fd) {
        OutputStream stream = outputs[fd - 1];
        if (stream == null && kernel != null) {
            return inherit(kernel, fd);
        }
        FileDescriptor own = fd == STDERR ? FileDescriptor.err : FileDescriptor.out;
        return new OutputDescriptor(stream != null ? stream : new FileOutputStream(own));
    }

    private void directories(FileTable files, Kernel kernel) throws IOException {
        if (preopens.isEmpty()) {
            return;
        }
        Beneath beneath = opensHost ? beneath(kernel) : null;
        for (Preopen preopen : preopens) {
            Descriptor directory =
                    preopen.files != null ? preopen.files.open(preopen.readOnly) : open(kernel, beneath, preopen);
            long denied = preopen.readOnly ? Rights.MUTATING : 0;
            files.add(new OpenFile(
                    directory,
                    Rights.DIRECTORY & ~denied,
                    (Rights.DIRECTORY | Rights.FILE) & ~denied,
                    preopen.guest.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private static Beneath beneath(Kernel kernel) {
        boolean walk = "walk".equals(System.getProperty("emberwall.wasi.resolution"));
        return walk ? new Beneath(kernel, false) : new Beneath(kernel);
    }

    private static Descriptor open(Kernel kernel, Beneath beneath, Preopen preopen) throws IOException {
        Charset names = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        byte[] path = preopen.host.toAbsolutePath().toString().getBytes(names);
        try {
            return HostDirectory.preopen(kernel, beneath, path, preopen.readOnly);
        } catch (ErrnoException e) {
            throw new IOException("cannot open directory " + preopen.host + " for the guest: " + words(e), e);
        }
    }

    private void sockets(FileTable files, Kernel kernel, int[] ports) throws IOException {
        for (int i = 0; i < ports.length; i++) {
            InetSocketAddress address = addresses.get(i);
            if (address.isUnresolved()) {
                throw new IOException("cannot listen at " + address + " for the guest: unknown host");
            }
            try {
                HostSocket socket =
                        HostSocket.listen(kernel, address.getAddress().getAddress(), address.getPort());
                files.add(new OpenFile(socket, Rights.SOCKET, Rights.SOCKET, null));
                ports[i] = socket.port();
            } catch (ErrnoException e) {
                throw new IOException("cannot listen at " + address + " for the guest: " + words(e), e);
            }
        }
    }

    private static String words(ErrnoException e) {
        return emberwall.os.Errno.text(e.errno().linux());
    }
}
