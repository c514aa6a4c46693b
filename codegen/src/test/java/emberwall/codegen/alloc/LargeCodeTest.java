package emberwall.codegen.alloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import emberwall.codegen.Convention;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** Functions of hundreds of thousands of instructions are allocated rightly, and can be given up. */
class LargeCodeTest {
    private static final int INSTRUCTIONS = 200_000;
    private static final int LIVE = 24;
    private static final int STEPS = 40_000;

    /** One loop behind the other over values that go through all of them, with calls in some. */
    private static Code loops() {
        Random random = new Random(1);
        Code code = new Code();
        int[] value = new int[LIVE];
        code.block(0, false);
        for (int i = 0; i < LIVE; i++) {
            code.begin(1, i);
            value[i] = code.register(Convention.INT);
            code.define(value[i], Code.REGISTER);
        }
        while (code.instructionCount() < INSTRUCTIONS) {
            int changed = random.nextInt(LIVE);
            code.begin(2, 0);
            int header = code.blockCount();
            code.edge(header, value[changed]);
            code.block(1, false);
            value[changed] = code.parameter(Convention.INT);
            int latest = value[changed];
            for (int i = 0; i < 8; i++) {
                boolean isCall = random.nextInt(20) == 0;
                code.begin(3, i);
                int next = code.register(Convention.INT);
                if (isCall) {
                    code.useFixed(latest, 7);
                    code.safepoint();
                    code.defineFixed(next, 0);
                } else {
                    code.use(latest, Code.REGISTER);
                    code.use(value[random.nextInt(LIVE)], Code.ANY);
                    code.defineOver(next, 0);
                }
                latest = next;
            }
            code.begin(4, 0);
            code.use(latest, Code.REGISTER);
            code.edge(header + 1);
            code.edge(header + 2);
            code.block(1, false);
            code.begin(5, 0);
            code.edge(header, latest);
            code.block(0, false);
        }
        code.begin(6, 0);
        for (int register : value) {
            code.use(register, Code.ANY);
        }
        return code;
    }

    @Test
    void seesTheSameValues() {
        Code code = loops();
        Allocation allocation = new LinearScan().allocate(code, RandomCode.ALL);
        assertEquals(Machine.run(code, null, STEPS), Machine.run(code, allocation, STEPS));
    }

    /** Thousands of values that are all live over a hundred thousand blocks. */
    private static Code row(int values, int blocks) {
        Code code = new Code();
        code.block(0, false);
        int first = code.registerEnd();
        for (int i = 0; i < values; i++) {
            code.begin(1, i);
            code.define(code.register(Convention.INT), Code.REGISTER);
        }
        for (int block = 1; block < blocks; block++) {
            code.begin(2, 0);
            code.edge(block);
            code.block(0, false);
        }
        for (int i = 0; i < values; i++) {
            code.begin(3, i);
            code.use(first + i, Code.ANY);
        }
        return code;
    }

    @Test
    void leavesWhatWouldTakeTooLong() {
        LinearScan scan = new LinearScan();
        assertThrows(TooLargeException.class, () -> scan.allocate(row(5000, 100_000), RandomCode.ALL));
        Code smaller = row(50, 2000);
        Checker.check(smaller, scan.allocate(smaller, RandomCode.ALL), RandomCode.ALL);
    }

    @Test
    void canBeGivenUp() {
        LinearScan scan = new LinearScan();
        Code code = loops();
        for (int asked : new int[] {0, 5, 200}) {
            int[] left = {asked};
            assertThrows(CancellationException.class, () -> scan.allocate(code, RandomCode.ALL, () -> left[0]-- == 0));
        }
        Code small = new Code();
        RandomCode.fill(small, 1, 9, RandomCode.ALL);
        Checker.check(small, scan.allocate(small, RandomCode.ALL), RandomCode.ALL);
    }
}
