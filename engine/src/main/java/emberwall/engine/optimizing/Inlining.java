package emberwall.engine.optimizing;

import emberwall.wasm.BodyReader;
import emberwall.wasm.Module;
import emberwall.wasm.Opcode;

/**
 * Which functions are worth building into their callers: small ones that call nothing and throw nothing.
 */
final class Inlining {
    /** Up to how many bytes a body is small. */
    private static final int SMALL = 40;

    /** How many bytes one function may take in at most. */
    private static final int BUDGET = 4000;

    private static final int MOST_LOCALS = 24;
    private static final byte UNKNOWN = 0;
    private static final byte YES = 1;
    private static final byte NO = 2;

    private final Module module;
    private final byte[] known;
    private int left;

    Inlining(Module module) {
        this.module = module;
        known = new byte[module.functionCount()];
    }

    void begin() {
        left = BUDGET;
    }

    /** Whether to build in a function, which is counted then. */
    boolean wants(int function) {
        if (module.isImported(function)) {
            return false;
        }
        if (known[function] == UNKNOWN) {
            known[function] = isSmall(function) ? YES : NO;
        }
        if (known[function] == NO) {
            return false;
        }
        int bytes = module.bodyEnd(function) - module.bodyOffset(function);
        if (bytes > left) {
            return false;
        }
        left -= bytes;
        return true;
    }

    private boolean isSmall(int function) {
        int end = module.bodyEnd(function);
        if (end - module.bodyOffset(function) > SMALL
                || module.locals(function).count() > MOST_LOCALS
                || module.types().parameterCount(module.functionTypeIndex(function)) > MOST_LOCALS) {
            return false;
        }
        BodyReader in = new BodyReader(module.bytes(), module.locals(function).codeOffset(), end);
        while (in.hasMore()) {
            Opcode opcode = in.opcode();
            switch (opcode) {
                case CALL, CALL_INDIRECT, CALL_REF, RETURN_CALL, RETURN_CALL_INDIRECT, RETURN_CALL_REF -> {
                    return false;
                }
                case LOOP, TRY, TRY_TABLE, THROW, THROW_REF, RETHROW -> {
                    return false;
                }
                default -> in.skip(opcode.immediate());
            }
        }
        return true;
    }
}
