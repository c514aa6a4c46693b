package emberwall.engine.baseline;

import emberwall.engine.code.FunctionCode;
import emberwall.engine.code.ModuleContext;
import emberwall.wasm.FunctionInfo;
import java.util.function.BooleanSupplier;

/** Compiles functions one after the other; one for each thread. */
public final class BaselineCompiler {
    private final BooleanSupplier interrupted;

    /**
     * A compiler.
     *
     * @param interrupted asked now and then during long work: whether to give up
     */
    public BaselineCompiler(BooleanSupplier interrupted) {
        this.interrupted = interrupted;
    }

    /**
     * Compiles a function.
     *
     * @param info from a validator that was asked for {@link emberwall.wasm.Validator#LOOPS}
     * @param boundaries whether {@link FunctionCode#boundaries} are wanted
     * @return the code, which holds until the next call
     * @throws java.util.concurrent.CancellationException if it was interrupted
     */
    public FunctionCode compile(ModuleContext context, FunctionInfo info, boolean boundaries) {
        throw new UnsupportedOperationException("not yet: " + context + info + boundaries + interrupted);
    }
}
