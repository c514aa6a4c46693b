package emberwall.wasi.file;

import static emberwall.os.Errno.*;

/** The error numbers of WASI preview 1 ({@code errno}, in its order) and the Linux numbers that mean the same. */
public enum Errno {
    // @formatter:off
    //             Linux
    SUCCESS        (0),
    TOO_BIG        (E2BIG), // "2big"
    ACCES          (EACCES),
    ADDRINUSE      (EADDRINUSE),
    ADDRNOTAVAIL   (EADDRNOTAVAIL),
    AFNOSUPPORT    (EAFNOSUPPORT),
    AGAIN          (EAGAIN),
    ALREADY        (EALREADY),
    BADF           (EBADF),
    BADMSG         (EBADMSG),
    BUSY           (EBUSY),
    CANCELED       (ECANCELED),
    CHILD          (ECHILD),
    CONNABORTED    (ECONNABORTED),
    CONNREFUSED    (ECONNREFUSED),
    CONNRESET      (ECONNRESET),
    DEADLK         (EDEADLK),
    DESTADDRREQ    (EDESTADDRREQ),
    DOM            (EDOM),
    DQUOT          (EDQUOT),
    EXIST          (EEXIST),
    FAULT          (EFAULT),
    FBIG           (EFBIG),
    HOSTUNREACH    (EHOSTUNREACH),
    IDRM           (EIDRM),
    ILSEQ          (EILSEQ),
    INPROGRESS     (EINPROGRESS),
    INTR           (EINTR),
    INVAL          (EINVAL),
    IO             (EIO),
    ISCONN         (EISCONN),
    ISDIR          (EISDIR),
    LOOP           (ELOOP),
    MFILE          (EMFILE),
    MLINK          (EMLINK),
    MSGSIZE        (EMSGSIZE),
    MULTIHOP       (EMULTIHOP),
    NAMETOOLONG    (ENAMETOOLONG),
    NETDOWN        (ENETDOWN),
    NETRESET       (ENETRESET),
    NETUNREACH     (ENETUNREACH),
    NFILE          (ENFILE),
    NOBUFS         (ENOBUFS),
    NODEV          (ENODEV),
    NOENT          (ENOENT),
    NOEXEC         (ENOEXEC),
    NOLCK          (ENOLCK),
    NOLINK         (ENOLINK),
    NOMEM          (ENOMEM),
    NOMSG          (ENOMSG),
    NOPROTOOPT     (ENOPROTOOPT),
    NOSPC          (ENOSPC),
    NOSYS          (ENOSYS),
    NOTCONN        (ENOTCONN),
    NOTDIR         (ENOTDIR),
    NOTEMPTY       (ENOTEMPTY),
    NOTRECOVERABLE (ENOTRECOVERABLE),
    NOTSOCK        (ENOTSOCK),
    NOTSUP         (EOPNOTSUPP),
    NOTTY          (ENOTTY),
    NXIO           (ENXIO),
    OVERFLOW       (EOVERFLOW),
    OWNERDEAD      (EOWNERDEAD),
    PERM           (EPERM),
    PIPE           (EPIPE),
    PROTO          (EPROTO),
    PROTONOSUPPORT (EPROTONOSUPPORT),
    PROTOTYPE      (EPROTOTYPE),
    RANGE          (ERANGE),
    ROFS           (EROFS),
    SPIPE          (ESPIPE),
    SRCH           (ESRCH),
    STALE          (ESTALE),
    TIMEDOUT       (ETIMEDOUT),
    TXTBSY         (ETXTBSY),
    XDEV           (EXDEV),
    NOTCAPABLE     (0);
    // @formatter:on

    private static final Errno[] BY_LINUX = new Errno[134];

    static {
        for (Errno errno : values()) {
            if (errno.linux != 0) {
                BY_LINUX[errno.linux] = errno;
            }
        }
    }

    private final int linux;

    Errno(int linux) {
        this.linux = linux;
    }

    /** The number that the guest sees. */
    public int code() {
        return ordinal();
    }

    /** The Linux number; 0 for what Linux has no word for. */
    public int linux() {
        return linux;
    }

    /** The error that a Linux error number means; {@link #IO} for one that WASI has no word for. */
    public static Errno ofLinux(int number) {
        Errno errno = number > 0 && number < BY_LINUX.length ? BY_LINUX[number] : null;
        return errno == null ? IO : errno;
    }
}
