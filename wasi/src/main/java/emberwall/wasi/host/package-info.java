/**
 * The file system calls of Linux, and how a path that a guest wrote is resolved without leaving a directory.
 *
 * <p>{@link emberwall.wasi.host.Kernel} is one method per system call: it takes Java values, and returns what the kernel
 * returned (a negated error number on failure). {@link emberwall.wasi.host.Beneath} turns a directory descriptor and a
 * hostile path into an open descriptor, or into the last directory on the way and one last name:
 * <pre>
 *   "a/../b/link/file"  --open-->      openat2(directory, path, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS)
 *                                      or, where there is no openat2, a walk name by name that follows links itself
 *   "a/b/new"           --parent-->    the descriptor of a/b, resolved as above, and "new"
 * </pre>
 * No name with a slash inside ever reaches a system call other than {@code openat2}, so the kernel never follows
 * a link for us outside of it.
 */
package emberwall.wasi.host;
