package emberwall.wasi;

import emberwall.engine.Call;
import emberwall.wasi.file.GuestMemory;

/** From an imported function to the method that does it: one line per row, which takes the arguments apart. */
final class Calls {
    private final ProcessCalls process;
    private final DescriptorCalls fd;
    private final PathCalls path;
    private final PollCalls poll;
    private final SocketCalls socket;

    Calls(ProcessCalls process, DescriptorCalls fd, PathCalls path, PollCalls poll, SocketCalls socket) {
        this.process = process;
        this.fd = fd;
        this.path = path;
        this.poll = poll;
        this.socket = socket;
    }

    /** Sleeps as a call of {@code poll_oneoff} is about to, if that is all that it will do. */
    void sleep(Call c, GuestMemory memory) {
        poll.sleep(memory, c.attention(), c.i32(0), c.i32(2));
    }

    /** Does what a row says; failures are thrown. */
    // @formatter:off
    void run(Row row, Call c) {
        switch (row) {
            case ARGS_GET                -> process.argsGet(c.i32(0), c.i32(1));
            case ARGS_SIZES_GET          -> process.argsSizesGet(c.i32(0), c.i32(1));
            case ENVIRON_GET             -> process.environGet(c.i32(0), c.i32(1));
            case ENVIRON_SIZES_GET       -> process.environSizesGet(c.i32(0), c.i32(1));
            case CLOCK_RES_GET           -> process.clockResGet(c.i32(0), c.i32(1));
            case CLOCK_TIME_GET          -> process.clockTimeGet(c.i32(0), c.i32(2));
            case FD_ADVISE               -> fd.advise(c.i32(0), c.i64(1), c.i64(2), c.i32(3));
            case FD_ALLOCATE             -> fd.allocate(c.i32(0), c.i64(1), c.i64(2));
            case FD_CLOSE                -> fd.close(c.i32(0));
            case FD_DATASYNC             -> fd.sync(c.i32(0), true);
            case FD_FDSTAT_GET           -> fd.fdstatGet(c.i32(0), c.i32(1));
            case FD_FDSTAT_SET_FLAGS     -> fd.fdstatSetFlags(c.i32(0), c.i32(1));
            case FD_FDSTAT_SET_RIGHTS    -> fd.fdstatSetRights(c.i32(0), c.i64(1), c.i64(2));
            case FD_FILESTAT_GET         -> fd.filestatGet(c.i32(0), c.i32(1));
            case FD_FILESTAT_SET_SIZE    -> fd.filestatSetSize(c.i32(0), c.i64(1));
            case FD_FILESTAT_SET_TIMES   -> fd.filestatSetTimes(c.i32(0), c.i64(1), c.i64(2), c.i32(3));
            case FD_PREAD                -> fd.pread(c.i32(0), c.i32(1), c.i32(2), c.i64(3), c.i32(4));
            case FD_PRESTAT_GET          -> fd.prestatGet(c.i32(0), c.i32(1));
            case FD_PRESTAT_DIR_NAME     -> fd.prestatDirName(c.i32(0), c.i32(1), c.i32(2));
            case FD_PWRITE               -> fd.pwrite(c.i32(0), c.i32(1), c.i32(2), c.i64(3), c.i32(4));
            case FD_READ                 -> fd.read(c.i32(0), c.i32(1), c.i32(2), c.i32(3));
            case FD_READDIR              -> fd.readdir(c.i32(0), c.i32(1), c.i32(2), c.i64(3), c.i32(4));
            case FD_RENUMBER             -> fd.renumber(c.i32(0), c.i32(1));
            case FD_SEEK                 -> fd.seek(c.i32(0), c.i64(1), c.i32(2), c.i32(3));
            case FD_SYNC                 -> fd.sync(c.i32(0), false);
            case FD_TELL                 -> fd.tell(c.i32(0), c.i32(1));
            case FD_WRITE                -> fd.write(c.i32(0), c.i32(1), c.i32(2), c.i32(3));
            case PATH_CREATE_DIRECTORY   -> path.createDirectory(c.i32(0), c.i32(1), c.i32(2));
            case PATH_FILESTAT_GET       -> path.filestatGet(c.i32(0), c.i32(1), c.i32(2), c.i32(3), c.i32(4));
            case PATH_FILESTAT_SET_TIMES -> path.filestatSetTimes(
                c.i32(0), c.i32(1), c.i32(2), c.i32(3), c.i64(4), c.i64(5), c.i32(6));
            case PATH_LINK               -> path.link(
                c.i32(0), c.i32(1), c.i32(2), c.i32(3), c.i32(4), c.i32(5), c.i32(6));
            case PATH_OPEN               -> path.open(
                c.i32(0), c.i32(1), c.i32(2), c.i32(3), c.i32(4), c.i64(5), c.i64(6), c.i32(7), c.i32(8));
            case PATH_READLINK           -> path.readlink(
                c.i32(0), c.i32(1), c.i32(2), c.i32(3), c.i32(4), c.i32(5));
            case PATH_REMOVE_DIRECTORY   -> path.removeDirectory(c.i32(0), c.i32(1), c.i32(2));
            case PATH_RENAME             -> path.rename(
                c.i32(0), c.i32(1), c.i32(2), c.i32(3), c.i32(4), c.i32(5));
            case PATH_SYMLINK            -> path.symlink(c.i32(0), c.i32(1), c.i32(2), c.i32(3), c.i32(4));
            case PATH_UNLINK_FILE        -> path.unlinkFile(c.i32(0), c.i32(1), c.i32(2));
            case POLL_ONEOFF             -> poll.oneoff(c.i32(0), c.i32(1), c.i32(2), c.i32(3));
            case PROC_EXIT               -> throw ExitException.exit(c.i32(0));
            case PROC_RAISE              -> process.procRaise(c.i32(0));
            case SCHED_YIELD             -> process.schedYield();
            case RANDOM_GET              -> process.randomGet(c.i32(0), c.i32(1));
            case SOCK_ACCEPT             -> socket.accept(c.i32(0), c.i32(1), c.i32(2));
            case SOCK_RECV               -> socket.receive(
                c.i32(0), c.i32(1), c.i32(2), c.i32(3), c.i32(4), c.i32(5));
            case SOCK_SEND               -> socket.send(c.i32(0), c.i32(1), c.i32(2), c.i32(3), c.i32(4));
            case SOCK_SHUTDOWN           -> socket.shutdown(c.i32(0), c.i32(1));
        }
    }
    // @formatter:on
}
