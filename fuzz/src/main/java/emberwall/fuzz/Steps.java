package emberwall.fuzz;

import emberwall.fuzz.Draft.Function;
import emberwall.fuzz.Draft.Global;
import emberwall.fuzz.Draft.Local;
import emberwall.fuzz.Draft.Memory;
import emberwall.fuzz.Draft.Sized;
import emberwall.fuzz.Draft.Table;
import emberwall.wasm.FunctionType;
import emberwall.wasm.Opcode;
import emberwall.wasm.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Bodies made of steps: the instructions whose types depend on where they stand, each with its weight. */
final class Steps extends BodyGenerator {
    private static final int DEEPEST_BLOCK = 10;
    private static final int MOST_TARGETS = 12;

    /**
     * One thing to do next.
     *
     * @param weight how often, compared with the others
     * @param row what it is about: left out where no engine runs it
     * @param step adds the instructions
     */
    record Step(int weight, Opcode row, Consumer<Steps> step) {}

    // @formatter:off
    private static final Step[] STEPS = {
        new Step(220, Opcode.I32_ADD,        Steps::row),
        new Step( 40, Opcode.I32_CONST,      Steps::push),
        new Step( 70, Opcode.LOCAL_SET,      Steps::setLocal),
        new Step( 40, Opcode.LOCAL_TEE,      Steps::teeLocal),
        new Step( 40, Opcode.LOCAL_GET,      Steps::update),
        new Step( 35, Opcode.GLOBAL_SET,     Steps::setGlobal),
        new Step(  8, Opcode.DROP,           Steps::drop),
        new Step( 20, Opcode.SELECT,         Steps::select),
        new Step( 10, Opcode.SELECT_TYPED,   Steps::selectTyped),
        new Step( 30, Opcode.BLOCK,          steps -> steps.block(Opcode.BLOCK)),
        new Step( 22, Opcode.LOOP,           Steps::loop),
        new Step( 28, Opcode.IF,             steps -> steps.block(Opcode.IF)),
        new Step( 30, Opcode.BR_IF,          Steps::branchIf),
        new Step( 12, Opcode.BR_TABLE,       Steps::branchTable),
        new Step(  4, Opcode.BR,             Steps::branch),
        new Step(  3, Opcode.RETURN,         Steps::leave),
        new Step(  1, Opcode.UNREACHABLE,    Steps::trap),
        new Step(  3, Opcode.NOP,            steps -> steps.emit(Opcode.NOP, NONE, NONE)),
        new Step(  6, Opcode.TABLE_GET,      Steps::getTable),
        new Step( 10, Opcode.TABLE_SET,      Steps::setTable),
        new Step(  5, Opcode.TABLE_GROW,     Steps::growTable),
        new Step(  5, Opcode.TABLE_FILL,     Steps::fillTable),
        new Step(  6, Opcode.TABLE_COPY,     Steps::copyTable),
        new Step( 10, Opcode.MEMORY_COPY,    Steps::copyMemory),
    };
    // @formatter:on

    private final List<Step> usable = new ArrayList<>();
    private int totalWeight;
    /** The blocks around, the function first. */
    final List<Object> labels = new ArrayList<>();
    /** Those of them in whose handlers we are. */
    final List<Instruction> handlers = new ArrayList<>();
    /** Whether the function at work takes fuel. */
    boolean burns;
    /** What follows is never reached. */
    private boolean dead;

    Steps(ModuleGenerator module) {
        super(module);
        use(List.of(STEPS));
        use(CallSteps.STEPS);
        use(ReferenceSteps.STEPS);
        use(ExceptionSteps.STEPS);
    }

    private void use(List<Step> steps) {
        for (Step step : steps) {
            if (rows.has(step.row)) {
                usable.add(step);
                totalWeight += step.weight;
            }
        }
    }

    /** Fills a function. */
    void function(Function toFill, int steps, boolean takesFuel) {
        begin(toFill);
        labels.clear();
        budget = steps;
        burns = takesFuel;
        if (burns) {
            burn();
        }
        fillLocals();
        body(toFill.body, toFill, NONE, toFill.type.results(), steps);
    }

    /** Some locals refer to something from the start on. */
    private void fillLocals() {
        for (Local local : List.copyOf(function.locals)) {
            if (ValueType.isReference(local.type) && chance(2) && budget > 0) {
                value(local.type);
                emit(Opcode.LOCAL_SET, stack.top(1), NONE, local);
            }
        }
    }

    /** Steps inside of a block or function, from its parameters to its results. */
    final void body(List<Instruction> target, Object label, int[] parameters, int[] results, int most) {
        body(target, label, parameters, results, most, () -> {});
    }

    /** The same, with something that comes before all else. */
    final void body(List<Instruction> target, Object label, int[] parameters, int[] results, int most, Runnable first) {
        within(label, target, () -> {
            stack.push(parameters);
            first.run();
            steps(most);
            if (dead) {
                sinkAll();
            } else {
                settle(results);
            }
        });
    }

    private void steps(int most) {
        for (int left = most; left > 0 && budget > 0; left--) {
            step();
            if (dead && left > 5) {
                left = chance(3) ? random.nextInt(2, 6) : 1;
            }
        }
    }

    /** Adds a block and fills it with what leaves its results. */
    final void around(int[] results, Consumer<Instruction> inside) {
        Instruction around = Instruction.block(Opcode.BLOCK, FunctionType.of(NONE, results));
        out.add(around);
        module.generated.add(Opcode.BLOCK);
        within(around, around.body, () -> inside.accept(around));
        stack.push(results);
    }

    /** Fills a sequence of a block or function, from nothing on the stack; what it leaves there is forgotten. */
    final void within(Object label, List<Instruction> sequence, Runnable inside) {
        List<Instruction> outerOut = out;
        int outerFloor = floor;
        boolean outerDead = dead;
        out = sequence;
        floor = stack.size();
        dead = false;
        labels.add(label);
        inside.run();
        labels.removeLast();
        stack.truncate(floor);
        out = outerOut;
        floor = outerFloor;
        dead = outerDead;
    }

    private void step() {
        budget--;
        int ticket = random.nextInt(totalWeight);
        for (Step step : usable) {
            ticket -= step.weight;
            if (ticket < 0) {
                step.step.accept(this);
                return;
            }
        }
    }

    // ---- operands

    private void row() {
        operate(rows.any(random), true);
    }

    private void push() {
        value(module.type());
    }

    final void provide(int[] types) {
        for (int i = stack.matching(floor, types); i < types.length; i++) {
            value(types[i]);
        }
    }

    /** Leaves exactly these types above the floor. */
    final void settle(int[] types) {
        if (stack.size() - floor > types.length || stack.matching(floor, types) != stack.size() - floor) {
            sinkAll();
        }
        for (int i = stack.size() - floor; i < types.length; i++) {
            value(types[i]);
        }
    }

    private void sinkAll() {
        while (stack.size() > floor) {
            sink();
        }
    }

    /** Takes the topmost operand away, to where it is seen if possible. */
    final void sink() {
        int type = stack.top();
        int[] one = {type};
        int choice = random.nextInt(8);
        Global global = choice < 4 ? global(type, true) : null;
        Local local = choice < 6 ? local(type) : null;
        if (global != null) {
            emit(Opcode.GLOBAL_SET, one, NONE, global);
        } else if (local != null) {
            emit(Opcode.LOCAL_SET, one, NONE, local);
        } else {
            emit(Opcode.DROP, one, NONE);
        }
    }

    private void need() {
        if (stack.size() == floor) {
            value(module.type());
        }
    }

    final void condition() {
        value(ValueType.I32);
        switch (random.nextInt(5)) {
            case 0 -> i32Operator(Opcode.I32_EQZ);
            case 1 -> {
                i32(random.nextInt(1, 4));
                i32Operator(Opcode.I32_AND);
            }
            case 2 -> {
                value(ValueType.I32);
                i32Operator(Opcode.I32_LT_S);
            }
            default -> {}
        }
    }

    // ---- variables

    private void setLocal() {
        need();
        Local local = local(stack.top());
        if (local != null) {
            emit(Opcode.LOCAL_SET, stack.top(1), NONE, local);
        }
    }

    private void teeLocal() {
        need();
        Local local = local(stack.top());
        if (local != null) {
            emit(Opcode.LOCAL_TEE, stack.top(1), new int[] {local.type}, local);
        }
    }

    private void setGlobal() {
        need();
        Global global = global(stack.top(), true);
        if (global != null) {
            emit(Opcode.GLOBAL_SET, stack.top(1), NONE, global);
        }
    }

    private void drop() {
        need();
        emit(Opcode.DROP, stack.top(1), NONE);
    }

    private void select() {
        int type = module.numericType();
        provide(new int[] {type, type});
        condition();
        emit(Opcode.SELECT, new int[] {type, type, ValueType.I32}, new int[] {type});
    }

    private void selectTyped() {
        int type = module.type();
        provide(new int[] {type, type});
        condition();
        emit(Opcode.SELECT_TYPED, new int[] {type, type, ValueType.I32}, new int[] {type}, type);
    }

    // ---- control

    private int[] take() {
        return stack.top(Math.min(stack.size() - floor, random.nextInt(chance(6) ? 8 : 3)));
    }

    final int share() {
        return labels.size() > DEEPEST_BLOCK ? 1 : random.nextInt(1, chance(4) ? 30 : 10);
    }

    private void block(Opcode opcode) {
        FunctionType type = FunctionType.of(take(), module.types(chance(8) ? 10 : 2));
        if (opcode == Opcode.IF) {
            condition();
        }
        Instruction block = Instruction.block(opcode, type);
        stack.pop(block.operands.length);
        out.add(block);
        module.generated.add(opcode);
        body(block.body, block, type.parameters(), type.results(), share());
        if (opcode == Opcode.IF && (!Arrays.equals(type.parameters(), type.results()) || chance(2))) {
            block.otherwise = new ArrayList<>();
            body(block.otherwise, block, type.parameters(), type.results(), share());
        }
        stack.push(type.results());
    }

    /** A loop takes fuel with each turn; half of them also count. */
    private void loop() {
        Local counter = chance(2) ? counter() : null;
        if (counter != null) {
            i32(random.nextInt(1, 6));
            emit(Opcode.LOCAL_SET, new int[] {ValueType.I32}, NONE, counter);
        }
        FunctionType type = FunctionType.of(take(), module.types(2));
        Instruction loop = Instruction.block(Opcode.LOOP, type);
        stack.pop(loop.operands.length);
        out.add(loop);
        module.generated.add(Opcode.LOOP);
        List<Instruction> outer = out;
        out = loop.body;
        burn();
        if (counter != null) {
            Instruction inner = Instruction.block(Opcode.BLOCK, FunctionType.of(type.parameters(), type.parameters()));
            out.add(inner);
            labels.add(loop);
            body(inner.body, inner, type.parameters(), type.parameters(), share());
            labels.removeLast();
            again(counter, loop);
        }
        out = outer;
        body(loop.body, loop, type.parameters(), type.results(), share());
        stack.push(type.results());
    }

    private void again(Local counter, Instruction loop) {
        int[] one = {ValueType.I32};
        emit(Opcode.LOCAL_GET, NONE, one, counter);
        i32(1);
        i32Operator(Opcode.I32_SUB);
        emit(Opcode.LOCAL_TEE, one, one, counter);
        if (chance(2)) {
            i32(0);
            i32Operator(Opcode.I32_GT_S);
        }
        out.add(new Instruction(Opcode.BR_IF, one, NONE, loop));
        module.generated.add(Opcode.BR_IF);
        stack.pop(1);
    }

    final int[] labelTypes(Object label) {
        return label instanceof Function whole ? whole.type.results() : ((Instruction) label).labelTypes();
    }

    static int[] with(int[] types, int last) {
        int[] more = Arrays.copyOf(types, types.length + 1);
        more[types.length] = last;
        return more;
    }

    final void die() {
        stack.truncate(floor);
        dead = true;
    }

    private void branchIf() {
        Object label = pick(labels);
        int[] types = labelTypes(label);
        provide(types);
        condition();
        emit(Opcode.BR_IF, with(types, ValueType.I32), types, label);
    }

    private void branch() {
        Object label = pick(labels);
        int[] types = labelTypes(label);
        provide(types);
        emit(Opcode.BR, types, NONE, label);
        die();
    }

    /** Branches to any of the labels that take the same along. Goes on after a block around it, most of the time. */
    private void branchTable() {
        Object otherwise = pick(labels);
        int[] types = labelTypes(otherwise);
        around(types, around -> {
            List<Object> fitting = new ArrayList<>();
            for (Object label : labels) {
                if (Arrays.equals(labelTypes(label), types)) {
                    fitting.add(label);
                }
            }
            Object[] targets = new Object[random.nextInt(MOST_TARGETS) + 1];
            for (int i = 0; i < targets.length; i++) {
                targets[i] = pick(fitting);
            }
            targets[targets.length - 1] = chance(3) ? around : otherwise;
            provide(types);
            value(ValueType.I32);
            if (!chance(4)) {
                i32(15);
                i32Operator(Opcode.I32_AND);
            }
            emit(Opcode.BR_TABLE, with(types, ValueType.I32), NONE, targets);
        });
    }

    private void leave() {
        int[] types = function.type.results();
        provide(types);
        emit(Opcode.RETURN, types, NONE);
        die();
    }

    private void trap() {
        emit(Opcode.UNREACHABLE, NONE, NONE);
        die();
    }

    // ---- tables and memories

    private void getTable() {
        if (!draft.tables.isEmpty()) {
            Table table = pick(draft.tables);
            index(table);
            emit(Opcode.TABLE_GET, new int[] {table.addressType()}, new int[] {table.element}, table);
        }
    }

    private void setTable() {
        if (!draft.tables.isEmpty()) {
            Table table = pick(draft.tables);
            index(table);
            value(table.element);
            emit(Opcode.TABLE_SET, new int[] {table.addressType(), table.element}, NONE, table);
        }
    }

    private void growTable() {
        if (!draft.tables.isEmpty()) {
            Table table = pick(draft.tables);
            int address = table.addressType();
            value(table.element);
            if (chance(8)) {
                value(address);
            } else {
                constant(address, random.nextInt(5));
            }
            emit(Opcode.TABLE_GROW, new int[] {table.element, address}, new int[] {address}, table);
        }
    }

    private void fillTable() {
        if (!draft.tables.isEmpty()) {
            Table table = pick(draft.tables);
            int address = table.addressType();
            index(table);
            value(table.element);
            constant(address, few());
            emit(Opcode.TABLE_FILL, new int[] {address, table.element, address}, NONE, table);
        }
    }

    private int few() {
        return chance(8) ? 1000 : random.nextInt(5);
    }

    private void copyTable() {
        if (!draft.tables.isEmpty()) {
            Table to = pick(draft.tables);
            Table from = table(to.element);
            index(to);
            index(from);
            int length = lengthType(to, from);
            constant(length, few());
            emit(Opcode.TABLE_COPY, new int[] {to.addressType(), from.addressType(), length}, NONE, to, from);
        }
    }

    /** A length is wide only where both places are. */
    private static int lengthType(Sized to, Sized from) {
        return to.isWide && from.isWide ? ValueType.I64 : ValueType.I32;
    }

    private void copyMemory() {
        if (!draft.memories.isEmpty()) {
            Memory to = pick(draft.memories);
            Memory from = pick(draft.memories);
            place(to);
            place(from);
            int length = lengthType(to, from);
            constant(length, chance(10) ? 65_537 : random.nextInt(chance(3) ? 5000 : 40));
            emit(Opcode.MEMORY_COPY, new int[] {to.addressType(), from.addressType(), length}, NONE, to, from);
        }
    }

    private void place(Memory memory) {
        if (chance(12)) {
            value(ValueType.I32);
        } else {
            i32(random.nextInt(chance(2) ? 64 : 0x8000));
        }
        widen(memory.addressType());
    }
}
