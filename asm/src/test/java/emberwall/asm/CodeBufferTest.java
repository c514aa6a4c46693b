package emberwall.asm;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.RAX;
import static emberwall.asm.x64.Reg.RCX;
import static emberwall.asm.x64.Width.W32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Decoder;
import emberwall.asm.x64.Mem;
import emberwall.asm.x64.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Labels, fixups, relocations and branch editing. */
class CodeBufferTest {
    private static String text(Consumer<Assembler> program) {
        Assembler a = new Assembler();
        program.accept(a);
        return text(a.toByteArray());
    }

    private static String text(byte[] code) {
        Decoder decoder = new Decoder();
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < code.length; at += decoder.length()) {
            decoder.decode(code, at, code.length);
            text.append(at)
                    .append(' ')
                    .append(decoder.text(0).replaceAll(" +", " "))
                    .append('\n');
        }
        return text.toString();
    }

    // ---- labels and fixups

    @Test
    void backwardBranchesAreShortWhereTheyReach() {
        assertEquals("""
                0 nop
                1 jmp 0x0
                3 jne 0x0
                5 call 0x0
                """, text(a -> {
            int top = a.here();
            a.nop(1);
            a.jmp(top);
            a.pin();
            a.jcc(Cond.NOT_EQUAL, top);
            a.call(top);
        }));
    }

    @Test
    void backwardBranchesChangeFormExactlyAtTheirReach() {
        for (int distance = 110; distance < 140; distance++) {
            Assembler a = new Assembler();
            int top = a.here();
            for (int i = 0; i < distance; i++) {
                a.nop(1);
            }
            int branch = a.position();
            a.jcc(Cond.LESS, top);
            assertEquals(distance + 2 <= 128 ? 2 : 6, a.position() - branch, "distance " + distance);
            assertTarget(a, branch, 0);
        }
    }

    private static void assertTarget(Assembler a, int branch, int target) {
        byte[] code = a.toByteArray();
        Decoder decoder = new Decoder();
        assertTrue(decoder.decode(code, branch, code.length));
        assertEquals(target, decoder.value(0));
    }

    @Test
    void forwardBranchesAreLongUnlessSaidToBeShort() {
        assertEquals("""
                0 je 0xf
                6 call 0xf
                11 jb 0xf
                13 jmp 0xf
                15 lea rax,[rip+0xfffffffffffffff9] # 0xf
                """, text(a -> {
            int end = a.newLabel();
            assertFalse(a.bound(end));
            a.jcc(Cond.EQUAL, end);
            a.call(end);
            a.jccShort(Cond.BELOW, end);
            a.jmpShort(end);
            a.pin();
            a.bind(end);
            assertTrue(a.bound(end));
            a.lea(RAX, Mem.label(end));
        }));
    }

    @Test
    void labelsInMemoryOperandsKnowTheBytesBehindThem() {
        Assembler a = new Assembler();
        int data = a.newLabel();
        a.mov(RAX, Mem.label(data));
        a.addi(Mem.label(data), 1);
        a.addi(Mem.label(data), 1000);
        a.storei(W32, Mem.label(data), 5);
        a.bind(data);
        a.put8(0);
        String there = "# 0x" + Integer.toHexString(a.offsetOf(data)) + "\n";
        String[] lines = text(a.toByteArray()).split("(?<=\n)");
        for (int i = 0; i < 4; i++) {
            assertTrue(lines[i].endsWith(there), lines[i]);
        }
    }

    @Test
    void misuseIsToldAtOnce() {
        Assembler unbound = new Assembler();
        unbound.jmp(unbound.newLabel());
        assertThrows(IllegalStateException.class, unbound::finish);

        Assembler twice = new Assembler();
        int label = twice.here();
        assertThrows(IllegalStateException.class, () -> twice.bind(label));
        int other = twice.newLabel();
        assertThrows(IllegalStateException.class, () -> twice.offsetOf(other));

        Assembler far = new Assembler();
        int end = far.newLabel();
        far.jccShort(Cond.EQUAL, end);
        for (int i = 0; i < 128; i++) {
            far.nop(1);
        }
        far.bind(end);
        assertThrows(IllegalStateException.class, far::finish);
    }

    @Test
    void resetForgetsEverything() {
        Assembler a = new Assembler();
        Consumer<Assembler> program = b -> {
            int end = b.newLabel();
            b.jcc(Cond.EQUAL, end);
            b.callAddress(0x5000);
            b.bind(end);
            b.ret();
        };
        program.accept(a);
        byte[] first = a.toByteArray();
        a.reset();
        assertEquals(0, a.position());
        assertEquals(0, a.relocCount());
        program.accept(a);
        assertArrayEquals(first, a.toByteArray());
        assertEquals(1, a.relocCount());
    }

    @Test
    void growsWithoutLosingBytes() {
        Assembler a = new Assembler(1);
        int end = a.newLabel();
        for (int i = 0; i < 100_000; i++) {
            a.jcc(Cond.EQUAL, end);
            a.movi64(RAX, i);
        }
        a.bind(end);
        byte[] code = a.toByteArray();
        assertEquals(1_600_000, code.length);
        Decoder decoder = new Decoder();
        for (int i = 0; i < 100_000; i++) {
            assertTrue(decoder.decode(code, i * 16, code.length));
            assertEquals(code.length, decoder.value(0));
            assertTrue(decoder.decode(code, i * 16 + 6, code.length));
            assertEquals(i, decoder.value(1));
        }
    }

    @Test
    void alignsWithFewInstructions() {
        for (int at = 0; at < 32; at++) {
            Assembler a = new Assembler();
            for (int i = 0; i < at; i++) {
                a.int3();
            }
            a.align(32);
            byte[] code = a.toByteArray();
            assertEquals(at == 0 ? 0 : 32, code.length);
            Decoder decoder = new Decoder();
            int count = 0;
            for (int p = at; p < code.length; p += decoder.length(), count++) {
                assertTrue(decoder.decode(code, p, code.length));
                assertEquals(Op.NOP, decoder.op());
            }
            assertEquals((code.length - at + 8) / 9, count);
        }
    }

    // ---- relocations

    @Test
    void relocationsAreResolvedAgainstTheFinalAddress() {
        Assembler a = new Assembler();
        a.callAddress(0x7000_1000L);
        a.cmpi(W32, Mem.address(0x7000_2000L), 1000);
        a.jmpm(Mem.plus(Mem.address(0x7000_3000L), 8));
        a.movAddress(RCX, 0x1234_5678_9ABCL);
        assertEquals(4, a.relocCount());
        assertEquals(new Reloc(Reloc.PC32, 1, 0x7000_1000L, -4), a.reloc(0));
        assertEquals(new Reloc(Reloc.PC32, 7, 0x7000_2000L, -8), a.reloc(1));
        assertEquals(Reloc.ABS64, a.relocKind(3));
        a.finish();
        a.relocate(0x7000_0000L);
        Decoder decoder = new Decoder();
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < a.position(); at += decoder.length()) {
            assertTrue(decoder.decode(a.bytes(), at, a.position()));
            text.append(decoder.text(0x7000_0000L).replaceAll(" +", " ")).append('\n');
        }
        assertEquals("""
                call 0x70001000
                cmp DWORD PTR [rip+0x1ff1],0x3e8 # 0x70002000
                jmp QWORD PTR [rip+0x2ff3] # 0x70003008
                movabs rcx,0x123456789abc
                """, text.toString());
        assertThrows(IllegalStateException.class, () -> a.relocate(0x7FFF_0000_0000L));
    }

    // ---- branch editing

    @Test
    void aJumpToTheNextInstructionIsDropped() {
        assertEquals("0 ret\n", text(a -> {
            int next = a.newLabel();
            a.jcc(Cond.EQUAL, next);
            a.jmp(next);
            a.bind(next);
            a.ret();
        }));
    }

    @Test
    void aBranchOverAJumpIsInverted() {
        assertEquals("""
                0 jne 0x7
                6 nop
                7 ret
                """, text(a -> {
            int over = a.newLabel();
            int end = a.newLabel();
            a.jcc(Cond.EQUAL, over);
            a.jmp(end);
            a.bind(over);
            a.nop(1);
            a.bind(end);
            a.ret();
        }));
    }

    @Test
    void anInvertedBranchBackIsShort() {
        assertEquals("""
                0 nop
                1 jae 0x0
                3 ret
                """, text(a -> {
            int top = a.here();
            int out = a.newLabel();
            a.nop(1);
            a.jcc(Cond.BELOW, out);
            a.jmp(top);
            a.bind(out);
            a.ret();
        }));
    }

    @Test
    void aLabelAtAJumpMeansItsTarget() {
        assertEquals("""
                0 je 0x7
                6 nop
                7 ret
                """, text(a -> {
            int middle = a.newLabel();
            int end = a.newLabel();
            a.jcc(Cond.EQUAL, middle);
            a.nop(1);
            a.jmp(end);
            a.bind(middle);
            a.jmp(end);
            a.bind(end);
            a.ret();
        }));
    }

    @Test
    void aJumpToItselfStays() {
        assertEquals("""
                0 jmp 0x5
                5 jmp 0x5
                7 ret
                """, text(a -> {
            int self = a.newLabel();
            int end = a.newLabel();
            a.jmp(self);
            a.pin();
            a.bind(self);
            a.jmp(self);
            a.bind(end);
            a.ret();
        }));
    }

    @Test
    void pinnedBranchesAndTablesAreLeftAlone() {
        assertEquals("""
                0 jmp 0x5
                5 jmp 0xa
                10 jmp 0xf
                15 ret
                """, text(a -> {
            for (int i = 0; i < 3; i++) {
                int next = a.newLabel();
                if (i == 0) {
                    a.jmp(next);
                    a.pin();
                } else {
                    a.jmpLong(next);
                }
                a.bind(next);
            }
            a.ret();
        }));
    }

    /**
     * Random programs of marks, branches and labels do the same whether they are followed as written or as assembled:
     * for every outcome of the conditions, the same marks are passed in the same order.
     */
    @Test
    void editingKeepsTheMeaning() {
        Random random = new Random(7);
        int shorter = 0;
        for (int round = 0; round < 20_000; round++) {
            Program program = new Program(random, 2 + random.nextInt(14), 1 + random.nextInt(5));
            byte[] code = program.assemble();
            shorter += code.length < program.plainLength() ? 1 : 0;
            for (int flags = 0; flags < 4; flags++) {
                assertEquals(program.follow(flags), followCode(code, flags), () -> program + text(code));
            }
        }
        assertTrue(shorter > 10_000, "editing hardly happened: " + shorter);
    }

    /** Marks to follow; the longest way from one to the next has fewer than 24 steps, or never comes to one. */
    private static final int MARKS = 20;

    private static final int STEPS = MARKS * 24;

    private static boolean holds(int cond, int flags) {
        return ((flags >> (cond >> 1 & 1)) & 1) != (cond & 1);
    }

    private static List<Long> followCode(byte[] code, int flags) {
        List<Long> marks = new ArrayList<>();
        Decoder decoder = new Decoder();
        int at = 0;
        for (int step = 0; step < STEPS && at < code.length && marks.size() < MARKS; step++) {
            assertTrue(decoder.decode(code, at, code.length));
            int next = at + decoder.length();
            switch (decoder.op()) {
                case MOV -> marks.add(decoder.value(1));
                case JMP -> next = (int) decoder.value(0);
                case J -> next = holds(decoder.condition(), flags) ? (int) decoder.value(0) : next;
                default -> throw new AssertionError(decoder.op());
            }
            at = next;
        }
        return marks;
    }

    /** Steps: mark, jump, branch, bind; every label is bound somewhere. */
    private static final class Program {
        private static final int MARK = 0;
        private static final int JUMP = 1;
        private static final int BRANCH = 2;
        private static final int BIND = 3;

        private final List<int[]> steps = new ArrayList<>(); // kind, label, condition
        private final int labels;

        Program(Random random, int length, int labels) {
            this.labels = labels;
            for (int i = 0; i < length; i++) {
                int kind = random.nextInt(3);
                steps.add(new int[] {kind, random.nextInt(labels), random.nextInt(4)});
            }
            for (int label = 0; label < labels; label++) {
                steps.add(random.nextInt(steps.size() + 1), new int[] {BIND, label, 0});
            }
        }

        byte[] assemble() {
            Assembler a = new Assembler();
            int[] ids = new int[labels];
            for (int i = 0; i < labels; i++) {
                ids[i] = a.newLabel();
            }
            for (int i = 0; i < steps.size(); i++) {
                int[] step = steps.get(i);
                switch (step[0]) {
                    case MARK -> a.moviKeepFlags(W32, RAX, i);
                    case JUMP -> a.jmp(ids[step[1]]);
                    case BRANCH -> a.jcc(step[2], ids[step[1]]);
                    default -> a.bind(ids[step[1]]);
                }
            }
            return a.toByteArray();
        }

        /** With forward branches only, and none edited; loops can only be shorter. */
        int plainLength() {
            int length = 0;
            for (int[] step : steps) {
                length += step[0] == BIND ? 0 : step[0] == BRANCH ? 6 : 5;
            }
            return length;
        }

        List<Long> follow(int flags) {
            List<Long> marks = new ArrayList<>();
            int at = 0;
            for (int count = 0; count < STEPS && at < steps.size() && marks.size() < MARKS; count++) {
                int[] step = steps.get(at);
                if (step[0] == MARK) {
                    marks.add((long) at);
                }
                boolean taken = step[0] == JUMP || step[0] == BRANCH && holds(step[2], flags);
                at = taken ? bindOf(step[1]) : at + 1;
            }
            return marks;
        }

        private int bindOf(int label) {
            for (int i = 0; i < steps.size(); i++) {
                if (steps.get(i)[0] == BIND && steps.get(i)[1] == label) {
                    return i;
                }
            }
            throw new AssertionError();
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("\n");
            for (int[] step : steps) {
                text.append(List.of("mark", "jmp", "jcc", "bind").get(step[0]))
                        .append(" L" + step[1] + " " + step[2] + "\n");
            }
            return text.toString();
        }
    }

    @Test
    void memoryOperandsComeApartAgain() {
        long m = mem(RCX, emberwall.asm.x64.Reg.R12, 3, -77);
        assertEquals(RCX, Mem.base(m));
        assertEquals(12, Mem.index(m));
        assertEquals(3, Mem.scale(m));
        assertEquals(-77, Mem.disp(m));
        assertEquals(mem(RCX, 12, 3, 0), Mem.plus(m, 77));
        assertEquals(Mem.NONE, Mem.index(mem(RAX)));
        assertEquals(Mem.NONE, Mem.base(Mem.abs32(5)));
        assertTrue(Mem.isRip(Mem.rip(5)) && Mem.isRip(Mem.address(5)) && !Mem.isRip(Mem.abs32(5)));
    }
}
