package emberwall.codegen.alloc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Codes that nobody wrote see the same values on places as on virtual registers, and the checker agrees. */
class AllocationTest {
    private static final int CODES = Integer.getInteger("emberwall.alloc.codes", 1500);
    private static final int STEPS = 300;

    private interface Allocator {
        Allocation allocate(Code code, long allocatable);
    }

    private static void compare(Allocator allocator, long seed, int blocks, long allocatable) {
        Code code = new Code();
        RandomCode.fill(code, seed, blocks, allocatable);
        Allocation allocation;
        try {
            allocation = allocator.allocate(code, allocatable);
        } catch (RuntimeException | AssertionError fault) {
            throw new AssertionError("seed " + seed + "\n" + Listing.of(code, null), fault);
        }
        try {
            Checker.check(code, allocation, allocatable);
        } catch (AssertionError fault) {
            throw new AssertionError("seed " + seed + ": " + fault.getMessage(), fault);
        }
        assertEquals(
                Machine.run(code, null, STEPS),
                Machine.run(code, allocation, STEPS),
                () -> "seed " + seed + "\n" + Listing.of(code, allocation));
    }

    private static void compareMany(Allocator allocator) {
        for (int seed = 0; seed < CODES; seed++) {
            compare(allocator, seed, 2 + seed % 23, seed % 2 == 0 ? RandomCode.SMALL : RandomCode.ALL);
        }
    }

    @Test
    void aWordPerValue() {
        compareMany(new WordPerValue()::allocate);
    }

    @Test
    void linearScan() {
        compareMany(new LinearScan()::allocate);
    }
}
