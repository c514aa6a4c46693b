package emberwall.os;

/** Where the leaf functions of {@link LeafPage} are. Initialising this class fails where the page cannot be had. */
final class Leaves {
    /** (number, five arguments). */
    static final long SYSCALL = LeafPage.address(LeafPage.SYSCALL);
    /** (leaf, subleaf, address of four ints). */
    static final long CPUID = LeafPage.address(LeafPage.CPUID);
    /** (): the register of enabled extended states. */
    static final long XGETBV = LeafPage.address(LeafPage.XGETBV);
    /** Restores the context of a signal; returned to, never called. */
    static final long SIGNAL_RETURN = LeafPage.address(LeafPage.SIGNAL_RETURN);
    /** (six arguments), one for each number of {@link Syscall#six}, {@link LeafPage#ALIGNMENT} bytes apart. */
    static final long SIX = LeafPage.address(LeafPage.SIX);

    private Leaves() {}
}
