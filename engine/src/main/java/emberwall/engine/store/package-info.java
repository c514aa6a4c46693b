/**
 * What guest code reads and writes beside its stack, laid out in native memory.
 *
 * <pre>
 *   r14 ─► instance block      base and bound of memory 0, own globals, then pointers:
 *            ├─► MemoryRecord  base, bound           one per memory, shared by all instances that import it
 *            ├─► TableRecord   base, size            the same for tables
 *            ├─► cell          16 bytes              of an imported global
 *            └─► FuncRecord    code, instance, type  of an imported function
 *   table ──► FuncRecord
 * </pre>
 *
 * Offsets are declared here once; compilers and Java both take them from here. Nothing in a block is an address of a
 * Java object: what Java needs it finds by ids.
 */
package emberwall.engine.store;
