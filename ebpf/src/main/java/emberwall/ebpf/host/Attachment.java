package emberwall.ebpf.host;

import java.lang.foreign.MemorySegment;

/**
 * A program that is attached to an event of Java's: it runs when Java says that the event happened, on the thread that says so.
 *
 * @param <E> how Java has the event
 */
public final class Attachment<E> extends VerifiedProgram {
    private final EventType<E> type;

    Attachment(Parts parts, EventType<E> type) {
        super(parts);
        this.type = type;
    }

    /**
     * Runs the program over an event. What it wrote is in the event if that is a segment that is not read-only, else see {@link #process}.
     *
     * @param event what happened
     * @return r0
     * @throws IllegalArgumentException if a segment has another size than the type
     * @throws IllegalStateException if the module is closed
     */
    public long run(E event) {
        return run(event, event instanceof MemorySegment).result();
    }

    /**
     * Runs the program over an event.
     *
     * @param event what happened
     * @return r0, and the event as the program left it
     * @throws IllegalArgumentException if a segment has another size than the type
     * @throws IllegalStateException if the module is closed
     */
    public Answer<E> process(E event) {
        return run(event, true);
    }

    private Answer<E> run(E event, boolean back) {
        Workspace workspace = parts.module().enter();
        try {
            MemorySegment memory = workspace.memory(parts.layout().bytes());
            type.write(event, memory);
            long context = workspace.begin(parts.layout().bytes());
            parts.layout().clearAddresses(context);
            long result = run(workspace, context, 0);
            return new Answer<>(result, back ? type.read(event, memory) : event);
        } finally {
            parts.module().leave(workspace);
        }
    }
}
