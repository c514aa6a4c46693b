package emberwall.engine.code;

import emberwall.codegen.x64.X64Operators;
import emberwall.os.Cpu;

/** What the processor's features are called where operators become instructions. */
public final class OperatorFeatures {
    private OperatorFeatures() {}

    /** The bits of {@link X64Operators} for bits of {@link Cpu.Feature}. */
    public static int of(long cpu) {
        return has(cpu, Cpu.Feature.SSSE3, X64Operators.SSSE3)
                | has(cpu, Cpu.Feature.SSE4_2, X64Operators.SSE42)
                | has(cpu, Cpu.Feature.SSE4_1, X64Operators.SSE41)
                | has(cpu, Cpu.Feature.POPCNT, X64Operators.POPCNT)
                | has(cpu, Cpu.Feature.LZCNT, X64Operators.LZCNT)
                | has(cpu, Cpu.Feature.BMI1, X64Operators.BMI1)
                | has(cpu, Cpu.Feature.BMI2, X64Operators.BMI2)
                | has(cpu, Cpu.Feature.AVX, X64Operators.AVX);
    }

    private static int has(long cpu, Cpu.Feature feature, int bit) {
        return (cpu & feature.bit()) != 0 ? bit : 0;
    }
}
