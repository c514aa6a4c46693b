package emberwall.engine;

import java.util.Map;

/**
 * What an engine has done so far.
 *
 * @param functions functions compiled
 * @param optimized how many of them by the optimizing compiler
 * @param declined how many functions it left to the baseline compiler, by reason
 * @param bytecodeBytes bytes of their bodies
 * @param codeBytes bytes of machine code made of them
 * @param compileNanos time that took, over all threads
 * @param stageNanos of the time that the optimizing compiler took, what each of its stages did
 * @param loadNanos time of decoding and validation
 * @param moduleBytes bytes of modules decoded
 * @param codeMemory bytes of code memory in use, stubs and thunks included
 * @param exits crossings from guest to Java by kind; empty unless {@link Config#statistics}
 */
public record Statistics(
        long functions,
        long optimized,
        Map<String, Long> declined,
        long bytecodeBytes,
        long codeBytes,
        long compileNanos,
        Map<String, Long> stageNanos,
        long loadNanos,
        long moduleBytes,
        long codeMemory,
        Map<String, Long> exits) {}
