package emberwall.fuzz;

import emberwall.fuzz.Draft.Function;
import emberwall.fuzz.Draft.Global;
import emberwall.fuzz.Draft.Local;
import emberwall.fuzz.Draft.Memory;
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
    private record Step(int weight, Opcode row, Consumer<Steps> step) {}

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
        new Step( 26, Opcode.CALL,           Steps::call),
        new Step( 26, Opcode.CALL_INDIRECT,  Steps::callIndirect),
        new Step(  8, Opcode.REF_IS_NULL,    Steps::isNull),
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
    private final List<Object> labels = new ArrayList<>();
    /** What follows is never reached. */
    private boolean dead;

    Steps(ModuleGenerator module) {
        super(module);
        for (Step step : STEPS) {
            if (rows.has(step.row)) {
                usable.add(step);
                totalWeight += step.weight;
            }
        }
    }

    /** Fills a function. */
    void function(Function toFill, int steps, boolean burns) {
        begin(toFill);
        labels.clear();
        budget = steps;
        if (burns) {
            burn();
        }
        body(toFill.body, toFill, NONE, toFill.type.results(), steps);
    }

    /** Steps inside of a block or function, from its parameters to its results. */
    private void body(List<Instruction> target, Object label, int[] parameters, int[] results, int most) {
        List<Instruction> outerOut = out;
        int outerFloor = floor;
        boolean outerDead = dead;
        out = target;
        floor = stack.size();
        dead = false;
        stack.push(parameters);
        labels.add(label);
        for (int left = most; left > 0 && budget > 0; left--) {
            step();
            if (dead && left > 5) {
                left = chance(3) ? random.nextInt(2, 6) : 1;
            }
        }
        if (dead) {
            while (stack.size() > floor) {
                sink();
            }
        } else {
            settle(results);
        }
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

    private void provide(int[] types) {
        for (int i = stack.matching(floor, types); i < types.length; i++) {
            value(types[i]);
        }
    }

    /** Leaves exactly these types above the floor. */
    private void settle(int[] types) {
        if (stack.size() - floor > types.length || stack.matching(floor, types) != stack.size() - floor) {
            while (stack.size() > floor) {
                sink();
            }
        }
        for (int i = stack.size() - floor; i < types.length; i++) {
            value(types[i]);
        }
    }

    /** Takes the topmost operand away, to where it is seen if possible. */
    private void sink() {
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

    private void condition() {
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
            emit(Opcode.LOCAL_TEE, stack.top(1), stack.top(1), local);
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

    private int share() {
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

    private int[] labelTypes(Object label) {
        return label instanceof Function whole ? whole.type.results() : ((Instruction) label).labelTypes();
    }

    private static int[] with(int[] types, int last) {
        int[] more = Arrays.copyOf(types, types.length + 1);
        more[types.length] = last;
        return more;
    }

    private void die() {
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
        List<Object> fitting = new ArrayList<>();
        for (Object label : labels) {
            if (Arrays.equals(labelTypes(label), types)) {
                fitting.add(label);
            }
        }
        Instruction around = Instruction.block(Opcode.BLOCK, FunctionType.of(NONE, types));
        fitting.add(around);
        Object[] targets = new Object[random.nextInt(MOST_TARGETS)];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = pick(fitting);
        }
        Object[] immediates = Arrays.copyOf(targets, targets.length + 1);
        immediates[targets.length] = chance(3) ? around : otherwise;
        List<Instruction> outer = out;
        outer.add(around);
        out = around.body;
        int outerFloor = floor;
        floor = stack.size();
        provide(types);
        value(ValueType.I32);
        if (!chance(4)) {
            i32(15);
            i32Operator(Opcode.I32_AND);
        }
        emit(Opcode.BR_TABLE, with(types, ValueType.I32), NONE, immediates);
        stack.truncate(floor);
        floor = outerFloor;
        out = outer;
        stack.push(types);
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

    // ---- calls

    private void call() {
        Function callee = pick(draft.functions);
        provide(callee.type.parameters());
        emit(Opcode.CALL, callee.type.parameters(), callee.type.results(), callee);
    }

    private void callIndirect() {
        Table table = table(ValueType.FUNCREF);
        if (table == null) {
            return;
        }
        List<Function> known = module.contents.get(table);
        int slot = known == null || known.isEmpty() ? -1 : random.nextInt(known.size());
        Function callee = slot < 0 || known.get(slot) == null || chance(40) ? pick(draft.functions) : known.get(slot);
        provide(callee.type.parameters());
        if (slot >= 0 && !chance(20)) {
            i32(slot);
        } else {
            index(table);
        }
        emit(
                Opcode.CALL_INDIRECT,
                with(callee.type.parameters(), ValueType.I32),
                callee.type.results(),
                callee.type,
                table);
    }

    // ---- references, tables, memories

    private void isNull() {
        int type = chance(2) ? ValueType.FUNCREF : ValueType.EXTERNREF;
        provide(new int[] {type});
        emit(Opcode.REF_IS_NULL, new int[] {type}, new int[] {ValueType.I32});
    }

    private void getTable() {
        if (!draft.tables.isEmpty()) {
            Table table = pick(draft.tables);
            index(table);
            emit(Opcode.TABLE_GET, new int[] {ValueType.I32}, new int[] {table.element}, table);
        }
    }

    private void setTable() {
        if (!draft.tables.isEmpty()) {
            Table table = pick(draft.tables);
            index(table);
            value(table.element);
            emit(Opcode.TABLE_SET, new int[] {ValueType.I32, table.element}, NONE, table);
        }
    }

    private void growTable() {
        if (!draft.tables.isEmpty()) {
            Table table = pick(draft.tables);
            value(table.element);
            if (chance(8)) {
                value(ValueType.I32);
            } else {
                i32(random.nextInt(5));
            }
            emit(Opcode.TABLE_GROW, new int[] {table.element, ValueType.I32}, new int[] {ValueType.I32}, table);
        }
    }

    private void fillTable() {
        if (!draft.tables.isEmpty()) {
            Table table = pick(draft.tables);
            index(table);
            value(table.element);
            i32(chance(8) ? 1000 : random.nextInt(5));
            emit(Opcode.TABLE_FILL, new int[] {ValueType.I32, table.element, ValueType.I32}, NONE, table);
        }
    }

    private void copyTable() {
        if (!draft.tables.isEmpty()) {
            Table to = pick(draft.tables);
            Table from = table(to.element);
            index(to);
            index(from);
            i32(chance(8) ? 1000 : random.nextInt(5));
            int[] three = {ValueType.I32, ValueType.I32, ValueType.I32};
            emit(Opcode.TABLE_COPY, three, NONE, to, from);
        }
    }

    private void copyMemory() {
        if (!draft.memories.isEmpty()) {
            Memory to = pick(draft.memories);
            Memory from = pick(draft.memories);
            place();
            place();
            i32(chance(10) ? 65_537 : random.nextInt(chance(3) ? 5000 : 40));
            int[] three = {ValueType.I32, ValueType.I32, ValueType.I32};
            emit(Opcode.MEMORY_COPY, three, NONE, to, from);
        }
    }

    private void place() {
        if (chance(12)) {
            value(ValueType.I32);
        } else {
            i32(random.nextInt(chance(2) ? 64 : 0x8000));
        }
    }
}
