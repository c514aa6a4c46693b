package emberwall.wasi.host;

/** Numbers of the Linux system call interface that are the same for all descriptors (x86-64; see the manual, section 2). */
public final class Linux {
    // @formatter:off
    public static final int O_RDONLY    = 0;
    public static final int O_WRONLY    = 1;
    public static final int O_RDWR      = 2;
    public static final int O_CREAT     = 0x40;
    public static final int O_EXCL      = 0x80;
    public static final int O_NOCTTY    = 0x100;
    public static final int O_TRUNC     = 0x200;
    public static final int O_APPEND    = 0x400;
    public static final int O_NONBLOCK  = 0x800;
    public static final int O_DSYNC     = 0x1000;
    public static final int O_DIRECTORY = 0x10000;
    public static final int O_NOFOLLOW  = 0x20000;
    public static final int O_CLOEXEC   = 0x80000;
    public static final int O_SYNC      = 0x101000;
    public static final int O_PATH      = 0x200000;

    public static final int AT_FDCWD            = -100;
    public static final int AT_SYMLINK_NOFOLLOW = 0x100;
    public static final int AT_REMOVEDIR        = 0x200;
    public static final int AT_EMPTY_PATH       = 0x1000;

    public static final int RESOLVE_NO_MAGICLINKS = 0x02;
    public static final int RESOLVE_BENEATH       = 0x08;

    public static final int F_GETFD    = 1;
    public static final int F_SETFL    = 4;
    public static final int FD_CLOEXEC = 1;

    public static final int POLLIN   = 1;
    public static final int POLLOUT  = 4;
    public static final int POLLERR  = 8;
    public static final int POLLHUP  = 16;
    public static final int POLLNVAL = 32;

    public static final int RWF_NOWAIT = 8;

    public static final int MSG_PEEK     = 2;
    public static final int MSG_TRUNC    = 0x20;
    public static final int MSG_DONTWAIT = 0x40;
    public static final int MSG_NOSIGNAL = 0x4000;

    public static final int AF_INET     = 2;
    public static final int AF_INET6    = 10;
    public static final int SOCK_STREAM = 1;
    public static final int SOCK_DGRAM  = 2;

    public static final int S_IFMT  = 0xf000;
    public static final int S_IFDIR = 0x4000;
    public static final int S_IFREG = 0x8000;
    public static final int S_IFLNK = 0xa000;

    /** A path with its terminator has at most this many bytes. */
    public static final int PATH_MAX = 4096;
    // @formatter:on

    private Linux() {}
}
