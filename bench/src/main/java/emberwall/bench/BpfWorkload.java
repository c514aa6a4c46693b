package emberwall.bench;

import emberwall.ebpf.insn.Assembler;
import emberwall.ebpf.insn.Instructions;

/**
 * What compiled eBPF is measured with: a few instructions, over and over. r6 begins as a number that no verifier knows, r7 as
 * another made of it; what is in r6 at the end is the result, of which the kernel tells 32 bits.
 *
 * <p>As a loop it ends after {@link #ROUNDS} rounds; in a straight line it is as often the same text, for engines that refuse
 * loops.
 */
enum BpfWorkload {
    MIX("""
            mul %r6, 0x1000193
            xor %r6, %r7
            add %r7, %r6
            sub %r6, 77
            or %r7, 0x100
            and %r6, %r7
            add %r6, %r7
            """) {
        @Override
        long java(long seed) {
            long a = seed;
            long b = seed + 99;
            for (int i = 0; i < ROUNDS; i++) {
                a = a * 0x1000193 ^ b;
                b = b + a | 0x100;
                a = (a - 77 & b) + b;
            }
            return a;
        }
    },
    WORDS("""
            mul32 %r6, 0x10001
            xor32 %r6, %r7
            add32 %r7, %r6
            sub32 %r6, 77
            or32 %r7, 0x100
            and32 %r6, %r7
            add32 %r6, %r7
            """) {
        @Override
        long java(long seed) {
            int a = (int) seed;
            int b = a + 99;
            for (int i = 0; i < ROUNDS; i++) {
                a = a * 0x10001 ^ b;
                b = b + a | 0x100;
                a = (a - 77 & b) + b;
            }
            return a & 0xFFFF_FFFFL;
        }
    },
    SHIFTS("""
            mov %r1, %r6
            rsh %r1, 47
            xor %r6, %r1
            mov %r2, %r6
            and %r2, 31
            lsh %r7, %r2
            add %r7, %r6
            arsh %r6, 3
            """) {
        @Override
        long java(long seed) {
            long a = seed;
            long b = seed + 99;
            for (int i = 0; i < ROUNDS; i++) {
                a ^= a >>> 47;
                b = (b << (a & 31)) + a;
                a >>= 3;
            }
            return a;
        }
    },
    DIVISION("""
            mov %r1, %r6
            or %r1, 1
            add %r7, 0x12345
            div %r7, %r1
            mod %r6, 1000
            add %r6, %r7
            """) {
        @Override
        long java(long seed) {
            long a = seed;
            long b = seed + 99;
            for (int i = 0; i < ROUNDS; i++) {
                b = Long.divideUnsigned(b + 0x12345, a | 1);
                a = Long.remainderUnsigned(a, 1000) + b;
            }
            return a;
        }
    },
    STACK("""
            stxdw [%r10-8], %r6
            stxw [%r10-16], %r7
            ldxdw %r1, [%r10-8]
            ldxw %r2, [%r10-16]
            add %r1, %r2
            xor %r6, %r1
            stxdw [%r10-24], %r6
            add %r7, %r1
            """) {
        @Override
        long java(long seed) {
            long a = seed;
            long b = seed + 99;
            for (int i = 0; i < ROUNDS; i++) {
                long sum = a + (b & 0xFFFF_FFFFL);
                a ^= sum;
                b += sum;
            }
            return a;
        }
    },
    BRANCHES("""
            mul %r6, 0x1000193
            add %r6, 12345
            mov %r1, %r6
            rsh %r1, 40
            jset %r1, 1, +1
            add %r7, 3
            jgt %r1, 0x800000, +1
            xor %r6, %r7
            """) {
        @Override
        long java(long seed) {
            long a = seed;
            long b = seed + 99;
            for (int i = 0; i < ROUNDS; i++) {
                a = a * 0x1000193 + 12345;
                long high = a >>> 40;
                if ((high & 1) == 0) b += 3;
                if (high <= 0x800000) a ^= b;
            }
            return a;
        }
    },
    SWAPS("""
            add %r6, %r7
            be64 %r6
            xor %r7, %r6
            be32 %r7
            add %r7, 0x1234567
            be16 %r7
            """) {
        @Override
        long java(long seed) {
            long a = seed;
            long b = seed + 99;
            for (int i = 0; i < ROUNDS; i++) {
                a = Long.reverseBytes(a + b);
                b = (Integer.reverseBytes((int) (b ^ a)) & 0xFFFF_FFFFL) + 0x1234567;
                b = Short.reverseBytes((short) b) & 0xFFFF;
            }
            return a;
        }
    };

    /** How often the text is run. */
    static final int ROUNDS = 400;

    private final String body;
    private final int executed;

    BpfWorkload(String body) {
        this.body = body;
        this.executed = ROUNDS * (int) body.lines().count();
    }

    /** The same in Java, from the number that r6 begins with to what it ends with. */
    abstract long java(long seed);

    /** How many instructions of the text a run goes through at most, those of a loop itself apart. */
    int executed() {
        return executed;
    }

    /** Whether the text has more than one way through it. */
    boolean branches() {
        return body.contains(", +");
    }

    private static String begin() {
        return """
                ldxw %r6, [%r1]
                mov %r7, %r6
                add %r7, 99
                """;
    }

    private static String end() {
        return """
                mov %r0, %r6
                exit
                """;
    }

    Instructions loop() {
        return Assembler.assemble(
                begin() + "mov %r9, " + ROUNDS + "\nagain:\n" + body + "sub %r9, 1\njne %r9, 0, again\n" + end());
    }

    Instructions straight() {
        return Assembler.assemble(begin() + body.repeat(ROUNDS) + end());
    }
}
