package emberwall.codegen.alloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is changed in a right allocation is found by the checker, or makes no difference. */
class CheckerTest {
    private static final int STEPS = 200;
    private static final int CODES = 200;
    private static final int MUTANTS = 10;

    private int made;
    private int rejected;

    @Test
    void mutantsAreFound() {
        LinearScan scan = new LinearScan();
        for (int seed = 0; seed < CODES; seed++) {
            long allocatable = seed % 2 == 0 ? RandomCode.SMALL : RandomCode.ALL;
            Code code = new Code();
            RandomCode.fill(code, seed, 2 + seed % 17, allocatable);
            Allocation right = scan.allocate(code, allocatable);
            Random random = new Random(seed);
            for (int i = 0; i < MUTANTS; i++) {
                examine(code, mutant(code, right, random), allocatable, seed);
            }
        }
        assertTrue(rejected > made * 8 / 10, rejected + " found of " + made);
    }

    private void examine(Code code, Allocation mutant, long allocatable, int seed) {
        made++;
        try {
            Checker.check(code, mutant, allocatable);
        } catch (AssertionError fault) {
            rejected++;
            return;
        }
        assertEquals(
                Machine.run(code, null, STEPS),
                Machine.run(code, mutant, STEPS),
                () -> "seed " + seed + " with a mutant\n" + Listing.of(code, mutant));
    }

    private static int place(Allocation allocation, Random random) {
        return random.nextInt(Allocation.SLOTS + allocation.words());
    }

    /** An allocation with one thing changed: an operand's place, a copy's end or value, a copy or a reference left out. */
    private static Allocation mutant(Code code, Allocation right, Random random) {
        Allocation mutant = new Allocation();
        mutant.reset(code.operandCount());
        mutant.words = right.words;
        System.arraycopy(right.operandPlace, 0, mutant.operandPlace, 0, code.operandCount());
        int kind = random.nextInt(5);
        if (kind == 0 || right.copyCount() == 0 || kind == 4 && right.referenceCount() == 0) {
            int operand = random.nextInt(code.operandCount());
            mutant.operandPlace[operand] = (right.place(operand)
                            + 1
                            + random.nextInt(Allocation.SLOTS + right.words() - 1))
                    % (Allocation.SLOTS + right.words());
        }
        int changed = right.copyCount() == 0 ? -1 : random.nextInt(right.copyCount());
        for (int copy = 0; copy < right.copyCount(); copy++) {
            int from = right.copyFrom(copy);
            int to = right.copyTo(copy);
            boolean here = copy == changed;
            if (here && kind == 1) {
                continue;
            }
            mutant.copy(
                    right.copyBefore(copy),
                    here && kind == 2 ? place(right, random) : from,
                    here && kind == 3 ? place(right, random) : to,
                    right.copied(copy));
        }
        int dropped = kind == 4 && right.referenceCount() > 0 ? random.nextInt(right.referenceCount()) : -1;
        for (int pair = 0; pair < right.referenceCount(); pair++) {
            if (pair != dropped) {
                mutant.reference(right.referenceInstruction(pair), right.referenceWord(pair));
            }
        }
        return mutant;
    }
}
