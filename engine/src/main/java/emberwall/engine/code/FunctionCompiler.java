package emberwall.engine.code;

import emberwall.wasm.FunctionInfo;

/** Makes machine code of functions, one after the other; one for each thread. */
public interface FunctionCompiler {
    /**
     * Compiles a function.
     *
     * @param info from a validator that was asked for {@link emberwall.wasm.Validator#LOOPS}
     * @param withBoundaries whether {@link FunctionCode#boundaries} are wanted
     * @return the code, which holds until the next call
     * @throws java.util.concurrent.CancellationException if it was interrupted
     * @throws DeclinedException if this compiler does not do such functions
     */
    FunctionCode compile(ModuleContext context, FunctionInfo info, boolean withBoundaries);
}
