package emberwall.engine.baseline;

import static emberwall.testing.WasmBuilder.*;

import emberwall.testing.WasmBuilder;
import emberwall.testing.WasmBuilder.Code;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Random modules that are valid and end: functions full of blocks, loops, branches with operands, calls and locals of all
 * types. Every loop turn and call takes from a store of fuel, and traps without. NaNs never become integers, so that two
 * engines must agree on everything.
 */
final class ProgramGenerator {
    static final int FUNCTIONS = 5;
    private static final int[] TYPES = {I32, I64, F32, F64};
    private static final int FUEL = 0;
    private static final int FUEL_AT_START = 400;

    private record Signature(int[] parameters, int[] results) {}

    /** A label: what branches to it take along. */
    private record Label(int[] types) {}

    private final SplittableRandom random;
    private final WasmBuilder module = new WasmBuilder();
    private final List<Signature> signatures = new ArrayList<>();

    // The function at work.
    private Code code;
    private int[] locals;
    /** Operands below belong to the blocks around. */
    private int floor;

    private final List<Integer> stack = new ArrayList<>();
    private final List<Label> labels = new ArrayList<>();
    private int budget;

    ProgramGenerator(long seed) {
        random = new SplittableRandom(seed);
    }

    /** The parameter types of an exported function {@code "f" + number}. */
    int[] parameters(int number) {
        return signatures.get(number).parameters;
    }

    byte[] generate() {
        module.memory(1, 3);
        for (int i = 0; i < FUNCTIONS; i++) {
            signatures.add(
                    new Signature(types(random.nextInt(8) == 0 ? 20 : 7), types(random.nextInt(8) == 0 ? 14 : 4)));
        }
        module.table(FUNCREF, FUNCTIONS + 2, -1);
        module.global(I32, true, code().i32(FUEL_AT_START).end());
        for (int type : TYPES) {
            module.global(type, true, constantOf(code(), type).end());
        }
        int[] indices = new int[FUNCTIONS];
        int[] typeIndices = new int[FUNCTIONS];
        for (int i = 0; i < FUNCTIONS; i++) {
            typeIndices[i] = module.type(signatures.get(i).parameters, signatures.get(i).results);
        }
        for (int i = 0; i < FUNCTIONS; i++) {
            indices[i] = function(i, typeIndices[i]);
            module.exportFunction("f" + i, indices[i]);
        }
        int refuel = module.function(
                module.type(new int[0], new int[0]),
                new int[0],
                code().i32(FUEL_AT_START).op(0x24, FUEL).end());
        module.exportFunction("refuel", refuel);
        module.elements(0, indices);
        module.exportMemory("memory", 0);
        for (int i = 0; i < TYPES.length; i++) {
            module.exportGlobal("g" + i, i + 1);
        }
        return module.build();
    }

    private int[] types(int most) {
        int[] types = new int[random.nextInt(most + 1)];
        for (int i = 0; i < types.length; i++) {
            types[i] = type();
        }
        return types;
    }

    private int type() {
        return TYPES[random.nextInt(8) < 5 ? 0 : random.nextInt(4)];
    }

    private int function(int number, int typeIndex) {
        Signature signature = signatures.get(number);
        int[] declared = types(random.nextInt(6) == 0 ? 90 : 12);
        locals = Arrays.copyOf(signature.parameters, signature.parameters.length + declared.length);
        System.arraycopy(declared, 0, locals, signature.parameters.length, declared.length);
        code = code();
        stack.clear();
        floor = 0;
        labels.clear();
        labels.add(new Label(signature.results));
        budget = 20 + random.nextInt(150);
        burn();
        while (budget > 0) {
            if (step()) {
                return module.function(typeIndex, declared, code.end());
            }
        }
        settle(0, signature.results);
        return module.function(typeIndex, declared, code.end());
    }

    /** Takes fuel, and traps without. */
    private void burn() {
        code.op(0x23, FUEL).i32(1).op(0x6B, 0x24, FUEL, 0x23, FUEL).i32(0).op(0x48, 0x04, EMPTY, 0x00, 0x0B);
    }

    // ---- operands

    private void push(int type) {
        stack.add(type);
    }

    private int pop() {
        return stack.removeLast();
    }

    private boolean topIs(int floor, int... types) {
        if (stack.size() - floor < types.length) {
            return false;
        }
        for (int i = 0; i < types.length; i++) {
            if (stack.get(stack.size() - types.length + i) != types[i]) {
                return false;
            }
        }
        return true;
    }

    /** Pushes a value of a type from wherever there is one. */
    private void value(int type) {
        int choice = random.nextInt(5);
        if (choice == 0) {
            constantOf(code, type);
        } else if (choice == 1) {
            code.op(0x23, globalOf(type));
        } else {
            int local = localOf(type);
            if (local < 0) {
                constantOf(code, type);
            } else {
                code.get(local);
            }
        }
        push(type);
    }

    private int localOf(int type) {
        if (locals.length == 0) {
            return -1;
        }
        int start = random.nextInt(locals.length);
        for (int i = 0; i < locals.length; i++) {
            int local = (start + i) % locals.length;
            if (locals[local] == type) {
                return local;
            }
        }
        return -1;
    }

    private static int globalOf(int type) {
        return I32 - type + 1;
    }

    private Code constantOf(Code to, int type) {
        int small = random.nextInt(-3, 40);
        boolean large = random.nextInt(4) == 0;
        return switch (type) {
            case I32 -> to.i32(large ? random.nextInt() : small);
            case I64 -> to.i64(large ? random.nextLong() : small);
            case F32 -> to.f32(large ? (float) random.nextInt() : small * 0.5f);
            default -> to.f64(large ? random.nextLong() * 0x1p-20 : small * 0.25);
        };
    }

    /** Leaves exactly these types above the floor. */
    private void settle(int floor, int[] types) {
        if (stack.size() - floor == types.length && topIs(floor, types)) {
            return;
        }
        while (stack.size() > floor) {
            code.op(0x1A);
            pop();
        }
        for (int type : types) {
            value(type);
        }
    }

    // ---- instructions; each answers whether what follows cannot be reached

    private boolean step() {
        budget--;
        return switch (random.nextInt(24)) {
            case 0, 1, 2 -> {
                value(type());
                yield false;
            }
            case 3, 4, 5, 6, 7 -> {
                operate();
                yield false;
            }
            case 8, 9, 10, 11 -> {
                assign();
                yield false;
            }
            case 12 -> {
                load();
                yield false;
            }
            case 13 -> {
                store();
                yield false;
            }
            case 14 -> {
                select();
                yield false;
            }
            case 15, 16 -> {
                block();
                yield false;
            }
            case 17 -> {
                loop();
                yield false;
            }
            case 18 -> {
                conditional();
                yield false;
            }
            case 19, 20 -> {
                branchIf();
                yield false;
            }
            case 21 -> {
                call();
                yield false;
            }
            case 22 -> {
                rarely();
                yield false;
            }
            default -> random.nextInt(3) == 0 && leave();
        };
    }

    private void operate() {
        int type = stack.size() > floor ? stack.getLast() : type();
        if (!topIs(floor, type, type)) {
            if (!topIs(floor, type) || random.nextBoolean()) {
                value(type);
            }
            if (!topIs(floor, type, type) && random.nextBoolean()) {
                value(type);
            }
        }
        if (topIs(floor, type, type)) {
            binary(type);
        } else {
            unary(type);
        }
    }

    private void binary(int type) {
        pop();
        pop();
        boolean compares = random.nextInt(3) == 0;
        boolean divides = random.nextInt(12) == 0;
        switch (type) {
            case I32 ->
                code.op(compares ? 0x46 + random.nextInt(10) : divides ? 0x6D + random.nextInt(4) : integer(0x6A));
            case I64 ->
                code.op(compares ? 0x51 + random.nextInt(10) : divides ? 0x7F + random.nextInt(4) : integer(0x7C));
            case F32 -> code.op(compares ? 0x5B + random.nextInt(6) : 0x92 + random.nextInt(6));
            default -> code.op(compares ? 0x61 + random.nextInt(6) : 0xA0 + random.nextInt(6));
        }
        push(compares ? I32 : type);
        if (compares && random.nextInt(4) == 0) {
            code.op(0x45);
        }
    }

    /** Any of the operators from add on that do not divide. */
    private int integer(int add) {
        int number = random.nextInt(11);
        return add + (number < 3 ? number : number + 4);
    }

    private void unary(int type) {
        pop();
        int result = type;
        switch (type) {
            case I32 -> {
                switch (random.nextInt(5)) {
                    case 0 -> code.op(0x67 + random.nextInt(3));
                    case 1 -> code.op(0xC0 + random.nextInt(2));
                    case 2 -> code.op(0x45);
                    case 3 -> {
                        code.op(0xAC + random.nextInt(2));
                        result = I64;
                    }
                    default -> {
                        code.op(0xB7 + random.nextInt(2));
                        result = F64;
                    }
                }
            }
            case I64 -> {
                switch (random.nextInt(5)) {
                    case 0 -> code.op(0x79 + random.nextInt(3));
                    case 1 -> code.op(0xC2 + random.nextInt(3));
                    case 2 -> {
                        code.op(0x50);
                        result = I32;
                    }
                    case 3 -> {
                        code.op(0xA7);
                        result = I32;
                    }
                    default -> {
                        code.op(0xB4 + random.nextInt(2));
                        result = F32;
                    }
                }
            }
            case F32 -> {
                switch (random.nextInt(3)) {
                    case 0 -> code.op(0x8B + random.nextInt(7));
                    case 1 -> {
                        code.op(0xFC, random.nextInt(2));
                        result = I32;
                    }
                    default -> {
                        code.op(0xBB);
                        result = F64;
                    }
                }
            }
            default -> {
                switch (random.nextInt(3)) {
                    case 0 -> code.op(0x99 + random.nextInt(7));
                    case 1 -> {
                        code.op(0xFC, 6 + random.nextInt(2));
                        result = I64;
                    }
                    default -> {
                        code.op(0xB6);
                        result = F32;
                    }
                }
            }
        }
        push(result);
    }

    private void assign() {
        if (stack.size() == floor) {
            value(type());
        }
        int type = stack.getLast();
        int local = localOf(type);
        switch (random.nextInt(6)) {
            case 0 -> {
                code.op(0x24, globalOf(type));
                pop();
            }
            case 1 -> {
                if (local >= 0) {
                    code.tee(local);
                }
            }
            case 2 -> {
                code.op(0x1A);
                pop();
            }
            default -> {
                if (local >= 0) {
                    code.set(local);
                    pop();
                }
            }
        }
    }

    private void address() {
        value(I32);
        pop();
        if (random.nextInt(20) != 0) {
            code.i32(0xFFF).op(0x71);
        }
    }

    private long offset() {
        return random.nextInt(100) == 0 ? 0xFFFF_FFF0L : random.nextInt(30) == 0 ? 70_000 : random.nextInt(64);
    }

    private void load() {
        if (random.nextInt(6) == 0) {
            code.i32(random.nextInt(5000));
        } else {
            address();
        }
        int row = random.nextInt(12);
        int[] opcodes = {0x28, 0x2C, 0x2D, 0x2E, 0x2F, 0x29, 0x30, 0x31, 0x33, 0x35, 0x34, 0x28};
        int opcode = opcodes[row];
        code.memory(opcode, 0, offset());
        push(opcode == 0x28 || opcode >= 0x2C && opcode <= 0x2F ? I32 : I64);
    }

    private void store() {
        address();
        int type = random.nextBoolean() ? I32 : I64;
        value(type);
        pop();
        int[] opcodes = type == I32 ? new int[] {0x36, 0x3A, 0x3B} : new int[] {0x37, 0x3C, 0x3D, 0x3E};
        code.memory(opcodes[random.nextInt(opcodes.length)], 0, offset());
    }

    private void select() {
        int type = type();
        value(type);
        value(type);
        condition();
        pop();
        code.op(0x1B);
    }

    /** Pushes an i32 that is not on the stack of types. */
    private void condition() {
        value(I32);
        switch (random.nextInt(4)) {
            case 0 -> {
                value(I32);
                binary(I32);
            }
            case 1 -> code.op(0x45);
            case 2 -> {
                code.i32(random.nextInt(4)).op(0x71);
                if (random.nextBoolean()) {
                    code.op(0x45);
                }
            }
            default -> {}
        }
        pop();
    }

    // ---- blocks

    /** The types on top of the stack that a block takes along. */
    private int[] take() {
        int count = Math.min(stack.size() - floor, random.nextInt(random.nextInt(6) == 0 ? 8 : 3));
        int[] types = new int[count];
        for (int i = 0; i < count; i++) {
            types[i] = stack.get(stack.size() - count + i);
        }
        return types;
    }

    private int[] results() {
        return types(random.nextInt(6) == 0 ? 12 : 2);
    }

    private void open(int opcode, int[] parameters, int[] results) {
        code.op(opcode);
        if (parameters.length == 0 && results.length == 0) {
            code.op(EMPTY);
        } else if (parameters.length == 0 && results.length == 1) {
            code.op(results[0]);
        } else {
            code.s(module.type(parameters, results));
        }
    }

    /** The inside of a block, up to its end or else. */
    private void inside(int[] parameters, int[] results, int[] labelTypes, boolean burns) {
        int before = floor;
        floor = stack.size() - parameters.length;
        labels.add(new Label(labelTypes));
        if (burns) {
            burn();
        }
        int steps = random.nextInt(12);
        boolean left = false;
        while (steps-- > 0 && budget > 0 && labels.size() < 9 && !left) {
            left = step();
        }
        if (left) {
            dead();
        } else {
            settle(floor, results);
        }
        labels.removeLast();
        while (stack.size() > floor) {
            pop();
        }
        floor = before;
    }

    /** What is never reached, and need not be harmless. */
    private void dead() {
        switch (random.nextInt(4)) {
            case 0 -> code.op(0x6A, 0x1A);
            case 1 -> code.op(0x02, EMPTY, 0x03, EMPTY, 0x0C, 0, 0x0B, 0x0B, 0x00);
            case 2 -> code.op(0x04, EMPTY, 0x05, 0x0B, 0x00);
            default -> {}
        }
        if (random.nextBoolean()) {
            code.op(0x00);
        }
    }

    private void pushAll(int[] types) {
        for (int type : types) {
            push(type);
        }
    }

    private void block() {
        int[] parameters = take();
        int[] results = results();
        open(0x02, parameters, results);
        inside(parameters, results, results, false);
        code.end();
        pushAll(results);
    }

    private void loop() {
        int[] parameters = take();
        int[] results = results();
        open(0x03, parameters, results);
        inside(parameters, results, parameters, true);
        code.end();
        pushAll(results);
    }

    private void conditional() {
        int[] parameters = take();
        boolean both = random.nextInt(3) != 0;
        int[] results = both ? results() : parameters;
        condition();
        open(0x04, parameters, results);
        inside(parameters, results, results, false);
        if (both) {
            code.op(0x05);
            pushAll(parameters);
            inside(parameters, results, results, false);
        }
        code.end();
        pushAll(results);
    }

    // ---- branches

    private void operands(int[] types) {
        if (!topIs(floor, types)) {
            for (int type : types) {
                value(type);
            }
        }
    }

    private void branchIf() {
        int depth = random.nextInt(labels.size());
        int[] types = labels.get(labels.size() - 1 - depth).types;
        operands(types);
        condition();
        code.op(0x0D, depth);
    }

    /** Branches, returns or jumps by table. */
    private boolean leave() {
        int depth = random.nextInt(labels.size());
        int[] types = labels.get(labels.size() - 1 - depth).types;
        operands(types);
        if (random.nextBoolean()) {
            if (depth == labels.size() - 1 && random.nextBoolean()) {
                code.op(0x0F);
            } else {
                code.op(0x0C, depth);
            }
            return true;
        }
        List<Integer> same = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            if (Arrays.equals(labels.get(labels.size() - 1 - i).types, types)) {
                same.add(i);
            }
        }
        value(I32);
        pop();
        code.i32(15).op(0x71);
        int count = random.nextInt(8);
        code.op(0x0E, count);
        for (int i = 0; i <= count; i++) {
            code.op(same.get(random.nextInt(same.size())));
        }
        return true;
    }

    // ---- calls and rarer things

    private void call() {
        int callee = random.nextInt(FUNCTIONS);
        Signature signature = signatures.get(callee);
        operands(signature.parameters);
        for (int i = 0; i < signature.parameters.length; i++) {
            pop();
        }
        if (random.nextBoolean()) {
            code.call(callee);
        } else {
            if (random.nextInt(4) == 0) {
                value(I32);
                pop();
                code.i32(7).op(0x71);
            } else {
                code.i32(callee);
            }
            code.op(0x11, callee, 0);
        }
        pushAll(signature.results);
    }

    private void rarely() {
        switch (random.nextInt(5)) {
            case 0 -> {
                code.op(0x3F, 0);
                push(I32);
            }
            case 1 -> {
                code.i32(random.nextInt(2)).op(0x40, 0);
                push(I32);
            }
            case 2 -> {
                address();
                value(I32);
                pop();
                code.i32(random.nextInt(100)).op(0xFC, 11, 0);
            }
            case 3 -> {
                address();
                address();
                code.i32(random.nextInt(100)).op(0xFC, 10, 0, 0);
            }
            default -> {
                code.op(0xD0, FUNCREF, 0xD1);
                push(I32);
            }
        }
    }
}
