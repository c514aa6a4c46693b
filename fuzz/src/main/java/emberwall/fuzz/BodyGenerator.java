package emberwall.fuzz;

import emberwall.fuzz.Draft.Data;
import emberwall.fuzz.Draft.Elements;
import emberwall.fuzz.Draft.Function;
import emberwall.fuzz.Draft.Global;
import emberwall.fuzz.Draft.Local;
import emberwall.fuzz.Draft.Memory;
import emberwall.wasm.FunctionType;
import emberwall.wasm.Meaning;
import emberwall.wasm.Opcode;
import emberwall.wasm.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * Function bodies: instructions and where their operands come from. What has types of its own is {@link Steps}.
 *
 * <p>All bodies end, for loops and calls take from a store of fuel. Bits of NaNs, which the specification leaves open, do
 * not get where they could be seen: before a float is stored or looked at as an integer its NaNs become one.
 */
class BodyGenerator {
    static final int[] NONE = {};
    private static final int[] ONE_I32 = {ValueType.I32};
    private static final int[] ONE_I64 = {ValueType.I64};
    static final int DEEPEST_VALUE = 3;

    final SplittableRandom random;
    final ModuleGenerator module;
    final Draft draft;
    final Rows rows;

    // The function at work.
    Function function;
    final HeapTypes types;
    final Operands stack;
    /** Operands below belong to the blocks around. */
    int floor;

    /** The list that instructions are added to. */
    List<Instruction> out;

    int budget;
    private final List<Local> readable = new ArrayList<>();
    private final List<Local> writable = new ArrayList<>();
    private final Local[] scratch = new Local[ValueType.V128 + 1];
    private final ReferenceValues references = new ReferenceValues(this);
    /** How many values are being made, each for the one before. */
    int valueDepth;

    BodyGenerator(ModuleGenerator module) {
        this.module = module;
        random = module.random;
        draft = module.draft;
        rows = module.rows;
        types = draft.types;
        stack = new Operands(types);
    }

    final void begin(Function toFill) {
        function = toFill;
        stack.truncate(0);
        floor = 0;
        out = toFill.body;
        readable.clear();
        writable.clear();
        java.util.Arrays.fill(scratch, null);
        readable.addAll(toFill.parameters);
        readable.addAll(toFill.locals);
        writable.addAll(readable);
    }

    // ---- instructions

    final boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    final <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    final Instruction emit(Opcode opcode, int[] operands, int[] results, Object... immediates) {
        Instruction instruction = new Instruction(opcode, operands, results, immediates);
        add(instruction);
        return instruction;
    }

    final void add(Instruction instruction) {
        out.add(instruction);
        stack.pop(instruction.operands.length);
        stack.push(instruction.results);
        module.generated.add(instruction.opcode);
    }

    final void constant(int type, long word) {
        Opcode opcode = constantOf(type);
        Object[] immediates = type == ValueType.V128 ? new Object[] {word, Edges.lanes(random)} : new Object[] {word};
        Instruction made = new Instruction(opcode, NONE, new int[] {type}, immediates);
        out.add(made);
        module.generated.add(opcode);
        stack.push(type, true);
    }

    static Opcode constantOf(int type) {
        return switch (type) {
            case ValueType.I32 -> Opcode.I32_CONST;
            case ValueType.I64 -> Opcode.I64_CONST;
            case ValueType.F32 -> Opcode.F32_CONST;
            case ValueType.F64 -> Opcode.F64_CONST;
            default -> Opcode.V128_CONST;
        };
    }

    /** An i32 constant, as its signed value. */
    final void i32(int value) {
        constant(ValueType.I32, value);
    }

    final void edge(int type) {
        if (type == ValueType.V128) {
            constant(type, Edges.lanes(random));
        } else {
            long word = Edges.word(type, random);
            constant(type, type == ValueType.I32 ? (int) word : word);
        }
    }

    /** An operator on i32s that lie on the stack. */
    final void i32Operator(Opcode opcode) {
        emit(opcode, Rows.operands(opcode), Rows.results(opcode));
    }

    /** A row with a signature, with operands from the stack or made for it. */
    final void operate(Opcode row, boolean fromStack) {
        operate(row, fromStack, null);
    }

    /** A local becomes what an operator makes with it as its last operand: the result may come to stand in its register. */
    final void update() {
        Local local = writable.isEmpty() ? null : pick(writable);
        Opcode row = local == null || ValueType.isReference(local.type) ? null : rows.making(local.type, random);
        int last = row == null ? -1 : row.signature().parameterCount() - 1;
        if (last < 0 || row.signature().parameter(last) != local.type) {
            return;
        }
        int[] one = {local.type};
        if (Rows.observesBits(row)) {
            emit(Opcode.LOCAL_GET, NONE, one, local);
            canonicalise();
            emit(Opcode.LOCAL_SET, one, NONE, local);
        }
        int before = stack.size();
        operate(row, false, local);
        if (stack.size() == before) {
            return;
        }
        Global seen = global(local.type, true);
        if (seen == null) {
            emit(Opcode.LOCAL_SET, one, NONE, local);
        } else {
            emit(Opcode.LOCAL_TEE, one, one, local);
            emit(Opcode.GLOBAL_SET, one, NONE, seen);
        }
    }

    private void operate(Opcode row, boolean fromStack, Local last) {
        Object[] immediates = immediates(row);
        if (immediates == null) {
            return;
        }
        int[] operands = Rows.operands(row, immediates);
        boolean use = fromStack && (Rows.isCarefree(row) || chance(12));
        for (int i = use ? stack.matching(floor, operands) : 0; i < operands.length; i++) {
            if (last != null && i == operands.length - 1) {
                emit(Opcode.LOCAL_GET, NONE, new int[] {last.type}, last);
            } else {
                operand(row, i, operands[i], immediates);
            }
        }
        if (Rows.observesBits(row) && last == null) {
            canonicalise();
        }
        int[] results = Rows.results(row, immediates);
        out.add(new Instruction(row, operands, results, immediates));
        module.generated.add(row);
        stack.pop(operands.length);
        for (int type : results) {
            stack.push(type, Rows.isExact(row));
        }
        if (row.meaning() instanceof Meaning.Numeric numeric
                && numeric.type().isVector()
                && numeric.type().isFloat()) {
            canonicaliseLanes(numeric.type().laneBits());
        }
    }

    /** The immediates of a row, or null if the module has nothing for it. */
    private Object[] immediates(Opcode row) {
        List<Memory> memories = draft.memories;
        return switch (row.immediate()) {
            case NONE, ZERO_BYTE -> new Object[0];
            case MEMARG -> memories.isEmpty() ? null : memoryArgument(row, 3);
            case MEMARG_LANE -> {
                if (memories.isEmpty()) {
                    yield null;
                }
                Object[] argument = memoryArgument(row, 4);
                argument[3] = random.nextInt(16 / row.accessBytes());
                yield argument;
            }
            case LANE -> new Object[] {random.nextInt(row.numeric().type().lanes())};
            case SHUFFLE -> new Object[] {lanes()};
            case MEMORY -> memories.isEmpty() ? null : new Object[] {pick(memories)};
            case DATA -> draft.data.isEmpty() ? null : new Object[] {pick(draft.data)};
            case DATA_MEMORY ->
                memories.isEmpty() || draft.data.isEmpty() ? null : new Object[] {pick(draft.data), pick(memories)};
            case ELEMENT -> draft.elements.isEmpty() ? null : new Object[] {pick(draft.elements)};
            case ELEMENT_TABLE -> elementsAndTable();
            case TABLE -> draft.tables.isEmpty() ? null : new Object[] {pick(draft.tables)};
            case I32, I64, F32, F64, V128 -> constantImmediates(row);
            default -> null;
        };
    }

    private Object[] constantImmediates(Opcode row) {
        int type = Rows.results(row)[0];
        if (type == ValueType.V128) {
            return new Object[] {Edges.lanes(random), Edges.lanes(random)};
        }
        long word = Edges.word(type, random);
        return new Object[] {type == ValueType.I32 ? (long) (int) word : word};
    }

    private byte[] lanes() {
        byte[] lanes = new byte[16];
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] = (byte) random.nextInt(32);
        }
        return lanes;
    }

    private Object[] elementsAndTable() {
        for (int i = 0; i < 4 && !draft.elements.isEmpty() && !draft.tables.isEmpty(); i++) {
            Elements elements = pick(draft.elements);
            Draft.Table table = pick(draft.tables);
            if (types.isSubtype(elements.type, table.element)) {
                return new Object[] {elements, table};
            }
        }
        return null;
    }

    private Object[] memoryArgument(Opcode row, int length) {
        Object[] argument = new Object[length];
        Memory memory = pick(draft.memories);
        boolean isAtomic = row.memory().op().isAtomic();
        for (int i = 0; i < 3 && isAtomic && !memory.isShared; i++) {
            memory = pick(draft.memories);
        }
        argument[0] = memory;
        int bytes = row.accessBytes();
        int natural = Integer.numberOfTrailingZeros(bytes);
        argument[1] = isAtomic ? natural : random.nextInt(natural + 1);
        long offset = offset(memory.isWide);
        argument[2] = isAtomic && !chance(12) ? offset & -bytes : offset;
        return argument;
    }

    private long offset(boolean isWide) {
        return switch (random.nextInt(40)) {
            case 0 -> 0xFFFF_FFFFL - random.nextInt(16);
            case 1 -> 0x7FFF_FFFFL + random.nextInt(-8, 9);
            case 2 -> 65_536L * random.nextInt(1, 4) - random.nextInt(16);
            case 3, 4 -> (long) random.nextInt(0x8000);
            case 5, 6, 7, 8, 9, 10, 11, 12 -> 0L;
            case 13 -> isWide && chance(3) ? Edges.farAddress(random) : 0L;
            default -> (long) random.nextInt(64);
        };
    }

    // ---- operands

    private void operand(Opcode row, int index, int type, Object[] immediates) {
        switch (Rows.role(row, index)) {
            case VALUE -> {
                if (row.meaning() instanceof Meaning.Numeric && chance(4)) {
                    edge(type);
                    hide(type);
                } else {
                    value(type);
                }
            }
            case ADDRESS -> address((Memory) immediates[0], row);
            case EXTENT -> extent(type, immediates);
            case GROWTH -> {
                if (chance(6)) {
                    value(type);
                } else {
                    constant(type, random.nextInt(((Memory) immediates[0]).hasBytePages && chance(2) ? 70_000 : 3));
                }
            }
            case TIMEOUT -> constant(type, random.nextInt(50_000));
            case DIVISOR -> divisor(type);
            case TRUNCATED -> truncated(type);
            case ROUNDED -> {
                if (chance(2)) {
                    long word = Edges.between(type == ValueType.I64 ? Long.SIZE : Integer.SIZE, random);
                    constant(type, type == ValueType.I64 ? word : (int) word);
                    hide(type);
                } else {
                    value(type);
                }
            }
            case SHIFT -> {
                if (chance(2)) {
                    edge(type);
                } else {
                    value(type);
                }
            }
        }
    }

    /** Makes an i32 that lies on the stack an index or address of this type. */
    final void widen(int addressType) {
        if (addressType == ValueType.I64) {
            emit(Opcode.I64_EXTEND_I32_U, ONE_I32, ONE_I64);
        }
    }

    /** Pushes an address for an access, mostly inside. */
    private void address(Memory memory, Opcode row) {
        if (memory.isWide && chance(30)) {
            constant(ValueType.I64, Edges.farAddress(random));
            return;
        }
        narrowAddress(memory, row.accessBytes());
        if (row.memory().op().isAtomic() && !chance(12)) {
            i32(-row.accessBytes());
            i32Operator(Opcode.I32_AND);
        }
        widen(memory.addressType());
    }

    private void narrowAddress(Memory memory, int bytes) {
        int size = (int) Math.min(memory.bytes(), 64 * 65_536);
        switch (random.nextInt(24)) {
            case 0 -> value(ValueType.I32);
            case 1 -> {
                emit(Opcode.MEMORY_SIZE, NONE, memory.isWide ? ONE_I64 : ONE_I32, memory);
                if (memory.isWide) {
                    emit(Opcode.I32_WRAP_I64, ONE_I64, ONE_I32);
                }
                i32(memory.hasBytePages ? 0 : 16);
                i32Operator(Opcode.I32_SHL);
                i32(bytes + random.nextInt(70));
                i32Operator(Opcode.I32_SUB);
            }
            case 2 -> i32(size - bytes - random.nextInt(66));
            case 3, 4, 5 -> i32(random.nextInt(Math.max(1, size / 2)));
            case 6, 7 -> i32(random.nextInt(64));
            default -> {
                value(ValueType.I32);
                i32(chance(2) ? 0xFF : Math.min(0x7FFF, Integer.highestOneBit(size | 1) / 2 - 1));
                i32Operator(Opcode.I32_AND);
            }
        }
    }

    /** A place or a length for a bulk operation: mostly small. */
    private void extent(int type, Object[] immediates) {
        if (type == ValueType.I64 && chance(30)) {
            constant(type, Edges.farAddress(random));
            return;
        }
        switch (random.nextInt(16)) {
            case 0 -> value(ValueType.I32);
            case 1 -> i32(immediates.length > 0 && immediates[0] instanceof Data data ? data.bytes.length : 65_536);
            case 2, 3, 4 -> i32(0);
            case 5, 6 -> i32(random.nextInt(4096));
            case 7, 8, 9 -> {
                value(ValueType.I32);
                i32(7);
                i32Operator(Opcode.I32_AND);
            }
            default -> i32(random.nextInt(6));
        }
        widen(type);
    }

    private void divisor(int type) {
        switch (random.nextInt(20)) {
            case 0 -> value(type);
            case 1, 2, 3, 4, 5, 6 -> {
                long word = Edges.word(type, random);
                constant(type, word == 0 || (int) word == 0 ? 3 : type == ValueType.I32 ? (int) word : word);
            }
            default -> {
                value(type);
                constant(type, 1);
                Opcode or = type == ValueType.I32 ? Opcode.I32_OR : Opcode.I64_OR;
                emit(or, Rows.operands(or), Rows.results(or));
            }
        }
    }

    private void truncated(int type) {
        if (chance(12)) {
            value(type);
            return;
        }
        boolean single = type == ValueType.F32;
        if (chance(3)) {
            double number = random.nextInt(-1, 1 << random.nextInt(1, 31)) + random.nextInt(4) * 0.25;
            constant(
                    type,
                    single
                            ? Integer.toUnsignedLong(Float.floatToRawIntBits((float) number))
                            : Double.doubleToRawLongBits(number));
            return;
        }
        value(ValueType.I32);
        i32(0x7FFF_FFFF >>> random.nextInt(24));
        i32Operator(Opcode.I32_AND);
        Opcode convert = single ? Opcode.F32_CONVERT_I32_S : Opcode.F64_CONVERT_I32_S;
        emit(convert, ONE_I32, new int[] {type});
    }

    /** Sends the topmost value through a global, so that no compiler knows it and folds what is made of it. */
    private void hide(int type) {
        Global hiding = global(type, true);
        if (hiding != null) {
            int[] one = {type};
            emit(Opcode.GLOBAL_SET, one, NONE, hiding);
            emit(Opcode.GLOBAL_GET, NONE, one, hiding);
        }
    }

    /** Pushes a value of a type from wherever there is one. */
    final void value(int type) {
        if (ValueType.isReference(type)) {
            references.value(type);
            return;
        }
        int choice = random.nextInt(10);
        Opcode row = choice >= 7 && valueDepth < DEEPEST_VALUE && budget > 0 ? rows.making(type, random) : null;
        if (row != null) {
            valueDepth++;
            budget--;
            int before = stack.size();
            operate(row, false);
            valueDepth--;
            if (stack.size() > before) {
                return;
            }
        }
        if (choice == 0 || !variable(type, choice <= 2)) {
            edge(type);
        }
    }

    /** Pushes a local or global; answers whether there is one. */
    final boolean variable(int type, boolean global) {
        if (global) {
            Global found = global(type, false);
            if (found != null) {
                emit(Opcode.GLOBAL_GET, NONE, new int[] {found.type}, found);
                return true;
            }
        }
        Local local = any(readable, one -> types.isSubtype(one.type, type));
        if (local != null) {
            emit(Opcode.LOCAL_GET, NONE, new int[] {local.type}, local);
        }
        return local != null;
    }

    /** Pushes an index of a table, mostly inside. */
    final void index(Draft.Table table) {
        switch (random.nextInt(16)) {
            case 0 -> value(ValueType.I32);
            case 1 -> i32((int) table.minimum);
            case 2, 3, 4 -> {
                value(ValueType.I32);
                i32(table.minimum >= 8 ? 7 : table.minimum >= 4 ? 3 : 0);
                i32Operator(Opcode.I32_AND);
            }
            default -> i32(random.nextInt((int) Math.max(1, Math.min(table.minimum, 1000))));
        }
        widen(table.addressType());
    }

    /** A local that takes values of a type, or null. */
    final Local local(int type) {
        return any(writable, local -> types.isSubtype(type, local.type));
    }

    /** A global that gives, or takes, values of a type; null if there is none. */
    final Global global(int type, boolean toSet) {
        return any(
                draft.globals,
                global -> global != module.fuel
                        && (toSet
                                ? global.mutable && types.isSubtype(type, global.type)
                                : types.isSubtype(global.type, type)));
    }

    /** A table that gives values of a type, or null. */
    final Draft.Table table(int type) {
        return any(draft.tables, table -> types.isSubtype(table.element, type));
    }

    /** Any one of those that are fit, or null. */
    final <T> T any(List<T> list, Predicate<T> isFit) {
        int count = list.size();
        int start = count == 0 ? 0 : random.nextInt(count);
        for (int i = 0; i < count; i++) {
            T one = list.get((start + i) % count);
            if (isFit.test(one)) {
                return one;
            }
        }
        return null;
    }

    /** A local that only the generator's own instructions set. */
    final Local counter() {
        Local counter = new Local(ValueType.I32);
        function.locals.add(counter);
        readable.add(counter);
        return counter;
    }

    // ---- what nobody may see

    private Local scratch(int type) {
        if (scratch[type] == null) {
            scratch[type] = new Local(type);
            function.locals.add(scratch[type]);
        }
        return scratch[type];
    }

    /** Makes the topmost value, if it is a float, the same in every engine. */
    final void canonicalise() {
        int type = stack.top();
        if (type != ValueType.F32 && type != ValueType.F64 || stack.topIsExact()) {
            return;
        }
        Local local = scratch(type);
        int[] one = {type};
        emit(Opcode.LOCAL_TEE, one, one, local);
        constant(type, type == ValueType.F32 ? 0x7FC0_0000L : 0x7FF8_0000_0000_0000L);
        emit(Opcode.LOCAL_GET, NONE, one, local);
        emit(Opcode.LOCAL_GET, NONE, one, local);
        Opcode equal = type == ValueType.F32 ? Opcode.F32_EQ : Opcode.F64_EQ;
        emit(equal, Rows.operands(equal), ONE_I32);
        emit(Opcode.SELECT, new int[] {type, type, ValueType.I32}, one);
    }

    /** The same for the lanes of a vector. */
    private void canonicaliseLanes(int bits) {
        if (stack.size() == floor || stack.top() != ValueType.V128) {
            return;
        }
        Local local = scratch(ValueType.V128);
        int[] one = {ValueType.V128};
        emit(Opcode.LOCAL_TEE, one, one, local);
        long nans = bits == 32 ? 0x7FC0_0000_7FC0_0000L : 0x7FF8_0000_0000_0000L;
        emit(Opcode.V128_CONST, NONE, one, nans, nans);
        emit(Opcode.LOCAL_GET, NONE, one, local);
        emit(Opcode.LOCAL_GET, NONE, one, local);
        Opcode equal = bits == 32 ? Opcode.F32X4_EQ : Opcode.F64X2_EQ;
        emit(equal, Rows.operands(equal), one);
        emit(Opcode.V128_BITSELECT, Rows.operands(Opcode.V128_BITSELECT), one);
    }

    /** Takes fuel, and traps without. */
    final void burn() {
        emit(Opcode.GLOBAL_GET, NONE, ONE_I32, module.fuel);
        i32(1);
        i32Operator(Opcode.I32_SUB);
        emit(Opcode.GLOBAL_SET, ONE_I32, NONE, module.fuel);
        emit(Opcode.GLOBAL_GET, NONE, ONE_I32, module.fuel);
        i32(0);
        i32Operator(Opcode.I32_LT_S);
        Instruction empty = Instruction.block(Opcode.IF, FunctionType.of(NONE, NONE));
        add(empty);
        empty.body.add(new Instruction(Opcode.UNREACHABLE, NONE, NONE));
    }
}
