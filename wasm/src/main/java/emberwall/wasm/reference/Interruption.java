package emberwall.wasm.reference;

import emberwall.op.TrapReason;

/** Asked by a running guest, at the head of a loop, at a call or amid bulk work, after {@link Store#requestAttention}. */
@FunctionalInterface
public interface Interruption {
    /** Why the guest shall end, or null if it may go on. */
    TrapReason reason();
}
