package emberwall.wasi.file;

/**
 * A directory and everything beneath it. Paths are bytes as the guest wrote them; one that leads out of the directory
 * fails with {@link Errno#PERM}.
 */
public interface Directory extends Descriptor {
    // @formatter:off
    /** {@link #open}: make the file if there is none. */
    int CREATE         = 1;
    /** {@link #open}: fail if it is no directory. */
    int ONLY_DIRECTORY = 2;
    /** {@link #open}: with {@link #CREATE}, fail if there is one. */
    int EXCLUSIVE      = 4;
    /** {@link #open}: empty it. */
    int TRUNCATE       = 8;
    // @formatter:on

    /** Receives directory entries. */
    interface EntrySink {
        /** Takes one entry; false if it wants no more. {@code next} is the cookie behind the entry. */
        boolean entry(long next, long inode, FileType type, byte[] name);
    }

    @Override
    default FileType type() {
        return FileType.DIRECTORY;
    }

    @Override
    default Directory directory() {
        return this;
    }

    /** Whether nothing beneath it can be changed through it. */
    boolean readOnly();

    /**
     * Opens a file or directory.
     *
     * @param openFlags {@link #CREATE} and its neighbours
     * @param flags {@link Descriptor#flags}
     */
    Descriptor open(byte[] path, boolean follow, int openFlags, boolean read, boolean write, int flags);

    /** The attributes of what the path names. */
    FileStat stat(byte[] path, boolean follow);

    /** Changes the times of what the path names. */
    void setTimes(byte[] path, boolean follow, Times times);

    /** Makes a directory. */
    void createDirectory(byte[] path);

    /** Removes an empty directory. */
    void removeDirectory(byte[] path);

    /** Removes a name that is no directory. */
    void unlink(byte[] path);

    /** Makes a further name for a file. */
    void link(byte[] path, Directory target, byte[] newPath);

    /** Moves a name. */
    void rename(byte[] path, Directory target, byte[] newPath);

    /** Makes a symbolic link; its text must be a relative path. */
    void symlink(byte[] text, byte[] path);

    /** The text of a symbolic link. */
    byte[] readlink(byte[] path);

    /** Lists entries from a cookie on (0 is the start), for a sink with room for about {@code bytes} bytes of them. */
    void list(long cookie, long bytes, EntrySink sink);
}
