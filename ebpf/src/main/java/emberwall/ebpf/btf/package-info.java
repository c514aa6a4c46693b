/**
 * Types of C programs as BTF has them: the sections {@code .BTF} (types and strings) and {@code .BTF.ext} (functions, lines and
 * relocations by field, CO-RE) of an object, or of the kernel, or made in Java for a context.
 *
 * <pre>
 *   .BTF ──Btf.parse──► Btf ◄──BtfBuilder── a record or layout that the host describes
 *                        │
 *   .BTF.ext ──► BtfExt  └──► FieldRelocation.apply: local access string ──► offset in the host's type
 * </pre>
 */
package emberwall.ebpf.btf;
