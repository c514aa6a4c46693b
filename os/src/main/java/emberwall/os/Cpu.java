package emberwall.os;

/**
 * What the processor can do, as {@code cpuid} says (Intel SDM volume 2, CPUID) and as far as the operating system lets
 * it: AVX needs the saving of its registers enabled, FSGSBASE the kernel's consent.
 */
public final class Cpu {
    /** A feature; {@link #bit} is its place in {@link Cpu#features}. */
    public enum Feature {
        // @formatter:off
        //         leaf  register bit
        SSE3      (1,          2,  0),
        PCLMUL    (1,          2,  1),
        SSSE3     (1,          2,  9),
        FMA       (1,          2, 12),
        CX16      (1,          2, 13),
        SSE4_1    (1,          2, 19),
        SSE4_2    (1,          2, 20),
        MOVBE     (1,          2, 22),
        POPCNT    (1,          2, 23),
        AVX       (1,          2, 28),
        F16C      (1,          2, 29),
        FSGSBASE  (7,          1,  0),
        BMI1      (7,          1,  3),
        AVX2      (7,          1,  5),
        BMI2      (7,          1,  8),
        ERMS      (7,          1,  9),
        ADX       (7,          1, 19),
        FSRM      (7,          3,  4),
        LZCNT     (0x80000001, 2,  5);
        // @formatter:on

        final int leaf;
        final int register;
        final int position;

        Feature(int leaf, int register, int position) {
            this.leaf = leaf;
            this.register = register;
            this.position = position;
        }

        /** The mask of this feature. */
        public long bit() {
            return 1L << ordinal();
        }

        private boolean needsWideRegisters() {
            return this == AVX || this == AVX2 || this == FMA || this == F16C;
        }
    }

    private static final int OSXSAVE = 27;
    private static final int SSE_AND_AVX_STATE = 6;
    private static final int AT_HWCAP2 = 26;
    private static final int HWCAP2_FSGSBASE = 2;

    // Guarded by the class. No constant: where finding out is refused, for want of memory, it may be tried again.
    private static boolean known;
    private static long features;

    private Cpu() {}

    /** The features that can be used, one bit for each {@link Feature} by ordinal. */
    public static synchronized long features() {
        if (!known) {
            features = detect();
            known = true;
        }
        return features;
    }

    /** Whether a feature can be used. */
    public static boolean has(Feature feature) {
        return (features() & feature.bit()) != 0;
    }

    /** The four registers {@code eax, ebx, ecx, edx} that {@code cpuid} answers; all 0 for a leaf that does not exist. */
    static int[] cpuid(int leaf, int subleaf) {
        long out = Pages.allocate(Pages.SIZE);
        try {
            Native.call(Leaves.CPUID, leaf & 0x8000_0000, 0, out);
            if (Integer.compareUnsigned(RawMemory.getInt(out), leaf) < 0) {
                return new int[4];
            }
            Native.call(Leaves.CPUID, leaf, subleaf, out);
            return new int[] {
                RawMemory.getInt(out), RawMemory.getInt(out + 4), RawMemory.getInt(out + 8), RawMemory.getInt(out + 12)
            };
        } finally {
            Pages.release(out, Pages.SIZE);
        }
    }

    private static long detect() {
        int[] basic = cpuid(1, 0);
        int[] extended = cpuid(7, 0);
        int[] amd = cpuid(0x8000_0001, 0);
        boolean wide = (basic[2] >>> OSXSAVE & 1) != 0
                && (Native.call(Leaves.XGETBV, 0, 0, 0) & SSE_AND_AVX_STATE) == SSE_AND_AVX_STATE;
        long features = 0;
        for (Feature feature : Feature.values()) {
            int[] registers = feature.leaf == 1 ? basic : feature.leaf == 7 ? extended : amd;
            boolean present = (registers[feature.register] >>> feature.position & 1) != 0;
            if (present && (wide || !feature.needsWideRegisters())) {
                features |= feature.bit();
            }
        }
        if ((Native.call(Symbols.require("getauxval"), AT_HWCAP2, 0, 0) & HWCAP2_FSGSBASE) == 0) {
            features &= ~Feature.FSGSBASE.bit();
        }
        return features;
    }
}
