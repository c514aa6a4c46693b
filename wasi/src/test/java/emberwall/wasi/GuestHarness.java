package emberwall.wasi;

import emberwall.engine.Attention;
import emberwall.wasi.file.Errno;
import emberwall.wasi.file.ErrnoException;
import emberwall.wasi.file.FileTable;
import emberwall.wasi.file.GuestMemory;
import emberwall.wasi.file.HostDirectory;
import emberwall.wasi.file.OpenFile;
import emberwall.wasi.file.Quiet;
import emberwall.wasi.file.Rights;
import emberwall.wasi.host.Beneath;
import emberwall.wasi.host.Kernel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The calls of WASI over a memory of the test's, without an engine. Numbers 0 to 2 are not open. */
final class GuestHarness implements AutoCloseable {
    final Kernel kernel = new Kernel();
    final FileTable files = new FileTable(64);
    final Guest guest = new Guest(files, kernel);
    final GuestMemory memory;
    final Clocks clocks = new Clocks(kernel, null, null, null);
    final DescriptorCalls fd = new DescriptorCalls(guest);
    final PathCalls path = new PathCalls(guest);
    final PollCalls poll = new PollCalls(guest, clocks);
    final SocketCalls socket = new SocketCalls(guest);
    private int top;

    GuestHarness(GuestMemory memory) {
        this(memory, Quiet.ATTENTION);
    }

    GuestHarness(GuestMemory memory, Attention attention) {
        this.memory = memory;
        guest.begin(memory, attention);
        top = (int) memory.size();
    }

    /** Preopens a directory; its number. */
    int preopen(Path host, boolean readOnly) {
        byte[] name = host.toString().getBytes(StandardCharsets.UTF_8);
        long denied = readOnly ? Rights.MUTATING : 0;
        HostDirectory directory = HostDirectory.preopen(kernel, new Beneath(kernel), name, readOnly);
        return files.add(new OpenFile(
                directory, Rights.DIRECTORY & ~denied, (Rights.DIRECTORY | Rights.FILE) & ~denied, new byte[] {'/'}));
    }

    /** Opens a file with all rights that there are; its number. */
    int open(int directory, String name, int openFlags, long rights, int flags) {
        int at = text(name);
        path.open(directory, 1, at, length(name), openFlags, rights, Rights.ALL, flags, 0);
        return memory.getInt(0);
    }

    /** Puts a text at the end of memory, below the last one; its address. */
    int text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        top -= bytes.length;
        if (top < memory.size() / 2) {
            top = (int) memory.size() - bytes.length;
        }
        memory.write(top, bytes, 0, bytes.length);
        return top;
    }

    static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Stores an array of pieces at {@code at}: address, length, address, length and so on. */
    int vectors(int at, int... pieces) {
        for (int i = 0; i < pieces.length; i++) {
            memory.putInt(at + 4L * i, pieces[i]);
        }
        return at;
    }

    byte[] bytes(int at, int length) {
        byte[] bytes = new byte[length];
        memory.read(at, bytes, 0, length);
        return bytes;
    }

    /** What a call answers: its error number. */
    static Errno errno(Runnable call) {
        try {
            call.run();
            return Errno.SUCCESS;
        } catch (ErrnoException e) {
            return e.errno();
        }
    }

    @Override
    public void close() {
        files.close();
        kernel.close();
    }
}
