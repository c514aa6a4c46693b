/**
 * The operating system, reached through {@code java.lang.foreign}: the only package that links foreign functions.
 *
 * <p>There is one downcall handle, {@code (fn, six longs) -> long}, in {@link emberwall.os.Native}: libc functions,
 * system calls and guest code are all entered through it, because every further shape costs milliseconds at start.
 * System calls go through a few bytes of machine code ({@link emberwall.os.Syscall}) that answer {@code -errno},
 * since {@code errno} read by a second downcall may belong to another thread.
 *
 * <p>Addresses are plain {@code long}s. {@link emberwall.os.RawMemory} reads and writes at them,
 * {@link emberwall.os.Pages} maps them, {@link emberwall.os.Layout} says what lies where in an off-heap struct. None of
 * these classes checks an address: who owns a mapping knows its bounds.
 */
package emberwall.os;
