/**
 * What a guest has open.
 *
 * <p>{@link emberwall.wasi.file.FileTable} maps the guest's numbers to {@link emberwall.wasi.file.OpenFile}s: a
 * {@link emberwall.wasi.file.Descriptor} with the rights that are left to it. A descriptor is one of
 * <ul>
 *   <li>{@link emberwall.wasi.file.HostFile} and {@link emberwall.wasi.file.HostDirectory}: descriptors of the operating
 *       system, reading and writing straight from and into linear memory;
 *   <li>{@link emberwall.wasi.file.MemoryDirectory} and what it opens: files in Java's heap, of which {@link
 *       emberwall.wasi.file.MemoryTree} is the file system;
 *   <li>{@link emberwall.wasi.file.InputDescriptor} and {@link emberwall.wasi.file.OutputDescriptor}: Java streams.
 * </ul>
 * Operations fail by throwing {@link emberwall.wasi.file.ErrnoException}. Those that may block wait in {@code ppoll},
 * which watches the guest's {@link emberwall.engine.Attention} too.
 */
package emberwall.wasi.file;
