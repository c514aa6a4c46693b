package emberwall.codegen.alloc;

import emberwall.codegen.Convention;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/** Makes codes that nobody wrote: any flow without critical edges, and operands of every kind. */
final class RandomCode {
    static final int SMALL = 0b110_1111 | 0b1_1111 << Code.FLOATS;
    static final long ALL = 0b0011_0111_1100_0111L | 0x7FFFL << Code.FLOATS;

    private static final int REMAKE = 999;

    private final Random random;
    private final Code code;
    private final long allocatable;
    private final List<List<Integer>> successors = new ArrayList<>();
    private final List<BitSet> handlers = new ArrayList<>();
    private int[] coming;
    private BitSet[] dominators;
    private final List<List<Integer>> values = new ArrayList<>();
    private final List<List<Integer>> parameters = new ArrayList<>();
    /** By block: what the call that leads there defines. */
    private final List<List<Integer>> brought = new ArrayList<>();

    private final List<Integer> available = new ArrayList<>();
    private final boolean callHeavy;
    private int order;

    private RandomCode(long seed, Code code, long allocatable) {
        random = new Random(seed);
        this.code = code;
        this.allocatable = allocatable;
        callHeavy = random.nextInt(3) == 0;
    }

    /** Fills {@code code}; the same seed makes the same. */
    static void fill(Code code, long seed, int blocks, long allocatable) {
        RandomCode maker = new RandomCode(seed, code, allocatable);
        maker.flow(blocks);
        maker.plan();
        maker.emit();
    }

    // ---- flow

    private int newBlock() {
        successors.add(new ArrayList<>());
        handlers.add(new BitSet());
        return successors.size() - 1;
    }

    private void flow(int blocks) {
        for (int i = 0; i < blocks; i++) {
            newBlock();
        }
        boolean wild = random.nextInt(4) == 0;
        for (int block = 0; block < blocks; block++) {
            int count = block == blocks - 1 ? 0 : 1 + random.nextInt(random.nextInt(4) == 0 ? 4 : 2);
            for (int i = 0; i < count; i++) {
                int target = i == 0
                        ? block + 1
                        : wild || random.nextInt(3) == 0
                                ? 1 + random.nextInt(blocks - 1)
                                : Math.min(blocks - 1, block + 1 + random.nextInt(4));
                if (blocks > 1) {
                    successors.get(block).add(target);
                }
            }
        }
        throwing(blocks);
        splitCritical();
        dominate();
    }

    /** Lets some blocks with one successor end in a call that may throw. */
    private void throwing(int blocks) {
        for (int block = 0; block < blocks; block++) {
            if (successors.get(block).size() == 1 && random.nextInt(4) == 0) {
                int handler = newBlock();
                successors.get(handler).add(1 + random.nextInt(blocks - 1));
                for (int thrower = block; thrower < Math.min(blocks, block + 3); thrower++) {
                    if (successors.get(thrower).size() == 1) {
                        handlers.get(thrower).set(1);
                        successors.get(thrower).add(handler);
                    }
                }
            }
        }
    }

    private void splitCritical() {
        count();
        int blocks = successors.size();
        for (int block = 0; block < blocks; block++) {
            List<Integer> next = successors.get(block);
            for (int i = 0; i < next.size(); i++) {
                if (next.size() > 1
                        && coming[next.get(i)] > 1
                        && !handlers.get(block).get(i)) {
                    int between = newBlock();
                    successors.get(between).add(next.get(i));
                    next.set(i, between);
                }
            }
        }
        count();
    }

    private void count() {
        coming = new int[successors.size()];
        for (List<Integer> next : successors) {
            for (int target : next) {
                coming[target]++;
            }
        }
    }

    private void dominate() {
        int blocks = successors.size();
        dominators = new BitSet[blocks];
        for (int block = 0; block < blocks; block++) {
            dominators[block] = new BitSet();
            dominators[block].set(0, block == 0 ? 1 : blocks);
        }
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int block = 1; block < blocks; block++) {
                BitSet all = new BitSet();
                all.set(0, blocks);
                for (int from = 0; from < blocks; from++) {
                    if (successors.get(from).contains(block)) {
                        all.and(dominators[from]);
                    }
                }
                all.set(block);
                if (!all.equals(dominators[block])) {
                    dominators[block] = all;
                    changed = true;
                }
            }
        }
    }

    private boolean isHandler(int block) {
        for (int from = 0; from < successors.size(); from++) {
            for (int i = 0; i < successors.get(from).size(); i++) {
                if (successors.get(from).get(i) == block && handlers.get(from).get(i)) {
                    return true;
                }
            }
        }
        return false;
    }

    // ---- values

    private int valueClass() {
        int pick = random.nextInt(8);
        return pick < 5 ? Convention.INT : pick < 7 ? Convention.FLOAT : Convention.VECTOR;
    }

    private int newValue() {
        return newValue(valueClass());
    }

    private int newValue(int valueClass) {
        int register = code.register(valueClass);
        if (valueClass == Convention.INT && random.nextInt(4) == 0) {
            code.setReference(register);
        }
        return register;
    }

    /** Makes the values of each block beforehand, so that blocks can use what blocks behind them define. */
    private void plan() {
        for (int block = 0; block < successors.size(); block++) {
            List<Integer> made = new ArrayList<>();
            List<Integer> taken = new ArrayList<>();
            if (coming[block] > 0 && !isHandler(block) && random.nextInt(2) == 0) {
                for (int i = random.nextInt(5); i >= 0; i--) {
                    taken.add(newValue());
                }
            }
            for (int valueClass = 0; block == 0 && valueClass < 3; valueClass++) {
                made.add(newValue(valueClass));
            }
            for (int i = random.nextInt(block == 0 ? 16 : 7); i >= 0; i--) {
                made.add(newValue());
            }
            parameters.add(taken);
            values.add(made);
            brought.add(new ArrayList<>());
        }
        for (int block = 0; block < successors.size(); block++) {
            int inside =
                    handlers.get(block).isEmpty() ? 0 : successors.get(block).getFirst();
            if (inside > 0 && coming[inside] == 1 && random.nextBoolean()) {
                brought.get(inside).add(newValue());
            }
        }
    }

    /** Any value of a class that can be used here, or 0. */
    private int pick(int valueClass) {
        int start = available.isEmpty() ? 0 : random.nextInt(available.size());
        for (int i = 0; i < available.size(); i++) {
            int register = available.get((start + i) % available.size());
            if (code.valueClass(register) == valueClass) {
                return register;
            }
        }
        return 0;
    }

    private int pick() {
        return available.get(random.nextInt(available.size()));
    }

    // ---- emitting

    private void emit() {
        for (int block = 0; block < successors.size(); block++) {
            available.clear();
            for (int from = dominators[block].nextSetBit(0); from >= 0; from = dominators[block].nextSetBit(from + 1)) {
                available.addAll(brought.get(from));
                if (from != block) {
                    available.addAll(values.get(from));
                    available.addAll(parameters.get(from));
                }
            }
            code.block(random.nextInt(3), random.nextInt(5) == 0);
            for (int parameter : parameters.get(block)) {
                code.addParameter(parameter);
                available.add(parameter);
            }
            List<Integer> left = new ArrayList<>(values.get(block));
            while (!left.isEmpty()) {
                instruction(left);
            }
            terminator(block);
        }
    }

    private void instruction(List<Integer> left) {
        int kind = random.nextInt(callHeavy ? 10 : 16);
        int first = left.getFirst();
        if (available.isEmpty() || random.nextInt(10) == 0) {
            remade(left.removeFirst());
        } else if (kind < 3) {
            call(left);
        } else if (kind < 7) {
            twoOperands(left.removeFirst(), first);
        } else {
            general(left);
        }
    }

    private void remade(int register) {
        code.begin(REMAKE, order++);
        code.define(register, Code.REGISTER);
        if (random.nextInt(2) == 0 && !code.isReference(register)) {
            code.setRemade(register, REMAKE, order - 1);
        }
        available.add(register);
    }

    private void twoOperands(int register, int like) {
        int x = pick(code.valueClass(like));
        if (x == 0) {
            remade(register);
            return;
        }
        code.begin(1, order++);
        code.use(x, random.nextBoolean() ? Code.REGISTER : Code.ANY);
        code.use(pick(), Code.ANY);
        code.defineOver(register, 0);
        available.add(register);
    }

    private void call(List<Integer> left) {
        code.begin(2, order++);
        arguments();
        code.safepoint();
        if (random.nextBoolean()) {
            int result = left.removeFirst();
            code.defineFixed(result, floats(result) ? Code.FLOATS : 0);
            available.add(result);
        }
    }

    private boolean floats(int register) {
        return code.valueClass(register) != Convention.INT;
    }

    private void arguments() {
        long free = allocatable;
        for (int i = random.nextInt(5); i > 0 && !available.isEmpty(); i--) {
            int value = pick();
            int where = random.nextInt(4);
            int physical = lowest(free & Code.registersOf(code.valueClass(value)));
            if (where == 0 || physical < 0) {
                code.use(value, Code.ANY);
            } else if (where == 1 && i == 2) {
                code.use(value, Code.REGISTER);
                free &= ~(1L << physical);
            } else {
                free &= ~(1L << physical);
                code.useFixed(value, physical);
            }
        }
    }

    private int lowest(long mask) {
        return mask == 0 ? -1 : Long.numberOfTrailingZeros(mask);
    }

    /** An instruction of any operands, few enough for the registers that there are. */
    private void general(List<Integer> left) {
        code.begin(3, order++);
        long fixed = 0;
        for (int i = random.nextInt(4); i > 0; i--) {
            int value = pick();
            int physical = 31
                    - Integer.numberOfLeadingZeros(
                            (int) (allocatable & ~fixed & Code.registersOf(code.valueClass(value))));
            switch (random.nextInt(8)) {
                case 0 -> code.useLate(value, Code.REGISTER);
                case 1 -> code.useLate(value, Code.ANY);
                case 2, 3 -> code.use(value, Code.REGISTER);
                case 4 -> {
                    code.useFixed(value, physical);
                    fixed |= 1L << physical;
                    if (random.nextBoolean()) {
                        code.clobber(1L << physical);
                    }
                }
                default -> code.use(value, Code.ANY);
            }
        }
        if (random.nextInt(4) == 0) {
            code.temporary(valueClass());
        }
        int results = left.isEmpty() ? 0 : random.nextInt(Math.min(3, left.size() + 1));
        long defined = 0;
        for (int i = 0; i < results; i++) {
            int result = left.removeFirst();
            int physical = lowest(allocatable & ~fixed & ~defined & Code.registersOf(code.valueClass(result)));
            switch (random.nextInt(6)) {
                case 0 -> code.define(result, Code.ANY);
                case 1 -> code.defineEarly(result, Code.REGISTER);
                case 2 -> {
                    code.defineFixed(result, physical);
                    defined |= 1L << physical;
                }
                default -> code.define(result, Code.REGISTER);
            }
        }
        for (int operand = code.firstOperand(code.instructionCount() - 1); operand < code.operandCount(); operand++) {
            if (code.role(operand) == Code.DEFINE || code.role(operand) == Code.EARLY_DEFINE) {
                available.add(code.operandRegister(operand));
            }
        }
    }

    private void terminator(int block) {
        List<Integer> next = successors.get(block);
        code.begin(4, order++);
        boolean plain = next.size() == 1 && (coming[next.getFirst()] > 1 || next.getFirst() == 0);
        if (!handlers.get(block).isEmpty()) {
            arguments();
            code.safepoint();
            for (int result : brought.get(next.getFirst())) {
                code.defineFixed(result, floats(result) ? Code.FLOATS : 0);
            }
        } else if (!plain) {
            for (int i = random.nextInt(3); i > 0 && !available.isEmpty(); i--) {
                code.use(pick(), random.nextBoolean() ? Code.REGISTER : Code.ANY);
            }
        }
        for (int i = 0; i < next.size(); i++) {
            if (handlers.get(block).get(i)) {
                code.handler(next.get(i));
            } else {
                edge(next.get(i));
            }
        }
    }

    private void edge(int target) {
        List<Integer> wanted = parameters.get(target);
        int[] arguments = new int[wanted.size()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = pick(code.valueClass(wanted.get(i)));
        }
        code.edge(target, arguments);
    }
}
