/**
 * eBPF for programs in Java: an object file becomes a {@link emberwall.ebpf.host.BpfModule} with maps and verified programs, which
 * run over packets, plain memory, or events of Java's.
 *
 * <pre>
 *   object ──► BpfLoader ──► BpfModule ──packets──► PacketProgram    over byte[], MemorySegment, PacketBatch
 *              options          │      ──memory───► MemoryProgram    over a MemorySegment: r1 address, r2 length
 *                               │      ──attach───► Attachment       over an EventType: a record or a layout
 *                               └─ maps, variables, tables of programs
 * </pre>
 *
 * <p><b>Threads.</b> Everything but a {@link emberwall.ebpf.host.PacketBatch} may be used by many threads at a time. Each run has a
 * lane of its own ({@link emberwall.ebpf.map.Lanes}), with memory for its context and packet, and where it needs one a stack of its
 * own; there are two lanes for each processor unless the loader says otherwise, and whoever finds none free waits. Closing a
 * module waits for its runs; runs that begin later are refused.
 *
 * <p><b>Ending.</b> A verified program ends by itself. A thread that is interrupted leaves a longer one ({@link
 * emberwall.ebpf.run.ProgramSpace#SHORT}) by a {@link java.util.concurrent.CancellationException}; what a helper in Java throws
 * leaves any. Either way records of ring buffers that were reserved and not submitted are discarded.
 */
package emberwall.ebpf.host;
