package emberwall.wasi.file;

/** A descriptor in a guest's table: what is open, what may be done with it, and the name it was preopened under. */
public final class OpenFile {
    private final Descriptor descriptor;
    private final byte[] preopenName;
    private long rights;
    private long inheriting;

    /**
     * @param rights what may be done with it; what does not apply to its type is left out
     * @param inheriting what may be done with what is opened through it
     * @param preopenName the guest's name for a directory that was opened for it, else null
     */
    public OpenFile(Descriptor descriptor, long rights, long inheriting, byte[] preopenName) {
        this.descriptor = descriptor;
        this.rights = rights & Rights.ALL;
        this.inheriting = inheriting & Rights.ALL;
        this.preopenName = preopenName;
    }

    /** What is open. */
    public Descriptor descriptor() {
        return descriptor;
    }

    /** The name it was preopened under, or null. */
    public byte[] preopenName() {
        return preopenName;
    }

    /** What may be done with it. */
    public long rights() {
        return rights & descriptor.applicableRights();
    }

    /** What may be done with what is opened through it. */
    public long inheriting() {
        return inheriting;
    }

    /** Gives rights away; there is no way to get them back. */
    public void restrict(long newRights, long newInheriting) {
        if ((newRights & ~rights()) != 0 || (newInheriting & ~inheriting) != 0) {
            throw new ErrnoException(Errno.NOTCAPABLE);
        }
        rights = newRights;
        inheriting = newInheriting;
    }

    /** Fails unless all of these rights are there. */
    public void require(long needed) {
        if ((rights() & needed) != needed) {
            throw missing(needed);
        }
    }

    /** The error for a right that is not there. */
    public ErrnoException missing(long needed) {
        boolean readOnly = descriptor instanceof Directory directory && directory.readOnly();
        return new ErrnoException(readOnly && (needed & Rights.MUTATING) != 0 ? Errno.ROFS : Errno.NOTCAPABLE);
    }
}
