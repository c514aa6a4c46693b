package emberwall.wasm.reference;

import emberwall.op.TrapReason;

/** Thrown where an instruction cannot go on; the interpreter, which knows where it is, makes a {@link GuestTrap} of it. */
final class TrapSignal extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final TrapSignal[] SIGNALS = new TrapSignal[TrapReason.values().length];

    static {
        for (int i = 0; i < SIGNALS.length; i++) {
            SIGNALS[i] = new TrapSignal(TrapReason.of(i));
        }
    }

    private final TrapReason reason;

    private TrapSignal(TrapReason reason) {
        super(reason.text(), null, false, false);
        this.reason = reason;
    }

    static TrapSignal of(TrapReason reason) {
        return SIGNALS[reason.ordinal()];
    }

    TrapReason reason() {
        return reason;
    }
}
