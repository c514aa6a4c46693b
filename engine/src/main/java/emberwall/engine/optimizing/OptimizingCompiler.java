package emberwall.engine.optimizing;

import emberwall.engine.code.DeclinedException;
import emberwall.engine.code.FunctionCode;
import emberwall.engine.code.FunctionCompiler;
import emberwall.engine.code.ModuleContext;
import emberwall.wasm.FunctionInfo;

/** Compiles functions by way of graphs. */
public final class OptimizingCompiler implements FunctionCompiler {
    /** A system property to look for a function that is compiled wrong: {@code 10-20} declines all but those. */
    private static final String ONLY = "emberwall.optimize.only";

    /** Up to how many bytes of body a function is worth the time and memory: graphs take a hundred times as much. */
    private static final int MOST_BYTES = 2 << 20;

    private final int first;
    private final int last;

    /** A compiler. */
    public OptimizingCompiler() {
        String[] range = System.getProperty(ONLY, "0-" + Integer.MAX_VALUE).split("-", 2);
        first = Integer.parseInt(range[0]);
        last = Integer.parseInt(range[range.length - 1]);
    }

    @Override
    public FunctionCode compile(ModuleContext context, FunctionInfo info, boolean withBoundaries) {
        int function = info.function();
        if (function < first || function > last) {
            throw new DeclinedException("not among those of " + ONLY);
        }
        if (context.module().bodyEnd(function) - info.codeOffset() > MOST_BYTES) {
            throw new DeclinedException("too large");
        }
        throw new DeclinedException("not yet");
    }
}
