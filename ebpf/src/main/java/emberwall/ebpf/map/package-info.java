/**
 * Maps: what programs share with each other and with Java, in memory outside of Java's heap.
 *
 * <pre>
 *   MapDefinition ──MapSpace.create──► BpfMap ◄── programs: addresses of keys and values, by helpers
 *                                        ▲
 *                                        └────── Java: MapView, values as records, words or segments
 * </pre>
 *
 * <p><b>What an address of a value is worth.</b> A program that looked a value up keeps its address until the run ends, while
 * others delete or evict the entry. Memory of values is therefore never unmapped while a run is going on, and an element that
 * left its map serves another key only after every run that was going on at that time has ended: a grace period, as by read-copy-update
 * ({@link emberwall.ebpf.map.Lanes}). This is stricter than the kernel, whose elements are reused at once
 * by the same type. A run that deletes and inserts without end thus runs out of spare elements, and is told so.
 */
package emberwall.ebpf.map;
