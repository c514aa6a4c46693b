package emberwall.engine.code;

import emberwall.codegen.x64.X64Operators;
import emberwall.os.Cpu;

/** What the processor's features are called where operators become instructions. */
public final class OperatorFeatures {
    private OperatorFeatures() {}

    /** The bits of {@link X64Operators} for bits of {@link Cpu.Feature}. */
    public static int of(long cpu) {
        return X64Operators.features(name -> (cpu & Cpu.Feature.valueOf(name).bit()) != 0);
    }
}
