package emberwall.engine.optimizing;

import emberwall.ir.Access;
import emberwall.ir.Block;
import emberwall.ir.Builder;
import emberwall.ir.Callee;
import emberwall.ir.Context;
import emberwall.ir.Graph;
import emberwall.op.Op;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import emberwall.op.Typing;
import emberwall.wasm.Meaning;
import emberwall.wasm.Opcode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Makes functions up for machine code to run: what a scheduler, selector and allocator have to cope with. */
final class RandomGraphs {
    static final List<Type> PARAMETERS = List.of(
            Type.I32, Type.I64, Type.F32, Type.F64, Type.V128, Type.I64, Type.I32, Type.I64, Type.I32, Type.I64,
            Type.I32, Type.V128, Type.I64);
    static final List<Type> RESULTS = List.of(Type.I64, Type.I32, Type.F32, Type.F64, Type.V128);

    private static final Type[] TYPES = {Type.I32, Type.I64, Type.F32, Type.F64, Type.V128};
    private static final Op[] COMPARISONS = {
        Op.EQ, Op.NE, Op.LT_S, Op.LT_U, Op.GT_S, Op.GT_U, Op.LE_S, Op.LE_U, Op.GE_S, Op.GE_U
    };
    private static final long[] EDGES = {
        0,
        1,
        2,
        3,
        4,
        7,
        8,
        16,
        31,
        33,
        63,
        255,
        65535,
        0x7FFF_FFFFL,
        0x8000_0000L,
        0xFFFF_FFFFL,
        -1,
        -2,
        Long.MIN_VALUE
    };
    private static final int ADDRESSES = CompiledGraph.MEMORY_BYTES / 2 - 1;

    private record Row(Op op, Type type) {}

    private static final Map<Type, List<Row>> ROWS = new EnumMap<>(Type.class);

    static {
        for (int i = 0; i < Opcode.count(); i++) {
            if (Opcode.at(i).meaning() instanceof Meaning.Numeric numeric && Typing.results(numeric.op()) == 1) {
                Type result = Typing.result(numeric.op(), numeric.type());
                ROWS.computeIfAbsent(result, key -> new ArrayList<>()).add(new Row(numeric.op(), numeric.type()));
            }
        }
    }

    private final Random random;
    private final Builder builder;
    private final Map<Type, List<Integer>> pool = new EnumMap<>(Type.class);
    private final int[] callees;
    private final int[] throwers;
    private int origin;

    private RandomGraphs(long seed) {
        random = new Random(seed);
        builder = new Builder("f" + seed, PARAMETERS, RESULTS);
        callees = new int[] {
            builder.callee(new Callee("plain", List.of(Type.I32, Type.I64), List.of(Type.I64, Type.I32), null)),
            builder.callee(new Callee("none", List.of(), List.of(), null)),
            builder.callee(new Callee("many", PARAMETERS, RESULTS, null)),
            builder.callee(new Callee("floats", floats(), List.of(Type.F64, Type.V128, Type.F32), null)),
            builder.callee(new Callee("record", List.of(Type.I64, Type.I64, Type.I32), List.of(Type.I32), null)),
            builder.callee(new Callee("words", List.of(Type.I64, Type.I32, Type.I64), List.of(Type.I64), null)),
            builder.callee(new Callee("word", List.of(Type.I32), List.of(), null))
        };
        List<Type> values = List.of(Type.I64, Type.F32, Type.I32, Type.F64);
        List<Type> vectors = List.of(Type.I32, Type.V128, Type.I64);
        throwers = new int[] {
            thrower("throws", List.of(Type.I32, Type.I64), List.of(Type.I64, Type.F64), values, 2),
            thrower("throwsMany", PARAMETERS, RESULTS, List.of(), 1),
            thrower("throwsFloats", floats(), List.of(Type.V128, Type.F32), values.subList(0, 1), 2),
            thrower("throwsVectors", List.of(Type.V128), List.of(Type.F64), vectors, 1),
            thrower("recordThrows", List.of(Type.I64, Type.I64, Type.I32), List.of(Type.I32), values, 2),
            thrower("wordThrows", List.of(Type.I64, Type.I32), List.of(), values, 2)
        };
        for (Type type : TYPES) {
            pool.put(type, new ArrayList<>());
        }
        for (int i = 0; i < PARAMETERS.size(); i++) {
            pool.get(PARAMETERS.get(i)).add(builder.parameter(i));
        }
    }

    private int thrower(String name, List<Type> parameters, List<Type> results, List<Type> values, int landings) {
        return builder.callee(new Callee(name, parameters, results, new CompiledGraph.Throws(values, landings)));
    }

    private static List<Type> floats() {
        List<Type> types = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            types.add(i % 3 == 0 ? Type.F32 : i % 3 == 1 ? Type.F64 : Type.V128);
        }
        return types;
    }

    /** The function of a seed. */
    static Graph generate(long seed) {
        RandomGraphs graphs = new RandomGraphs(seed);
        graphs.steps(6 + graphs.random.nextInt(40), 3);
        graphs.builder.origin(graphs.origin++);
        if (graphs.random.nextInt(8) == 0) {
            int tail = graphs.builder.callee(new Callee("tail", PARAMETERS.subList(0, 9), RESULTS, null));
            graphs.builder.tailCall(tail, graphs.pick(PARAMETERS.subList(0, 9)));
        } else {
            graphs.builder.returns(graphs.pick(RESULTS));
        }
        return graphs.builder.finish();
    }

    private int[] pick(List<Type> types) {
        return types.stream().mapToInt(this::pick).toArray();
    }

    private int pick(Type type) {
        List<Integer> known = pool.get(type);
        if (random.nextInt(5) == 0 || known.isEmpty()) {
            long bits = random.nextInt(4) == 0 ? random.nextLong() : EDGES[random.nextInt(EDGES.length)];
            return type == Type.V128 ? builder.vector(bits, random.nextLong()) : builder.constant(type, bits);
        }
        int late = random.nextInt(3) == 0
                ? random.nextInt(known.size())
                : Math.max(0, known.size() - 1 - random.nextInt(4));
        return known.get(Math.min(late, known.size() - 1));
    }

    private void keep(int value) {
        pool.get(builder.graph().type(value)).add(value);
    }

    private void steps(int count, int depth) {
        for (int i = 0; i < count; i++) {
            builder.origin(origin++);
            switch (random.nextInt(depth > 0 ? 22 : 16)) {
                case 0, 1, 2, 3 -> integer();
                case 4, 5, 6 -> row(ROWS.get(TYPES[random.nextInt(TYPES.length)]));
                case 7 -> keep(comparison());
                case 8 -> {
                    Type type = TYPES[random.nextInt(TYPES.length)];
                    keep(builder.select(condition(), pick(type), pick(type)));
                }
                case 9, 10 -> load();
                case 11, 12 -> store();
                case 13 ->
                    builder.trapIf(
                            builder.compute(Op.AND, Type.I32, condition(), rare()),
                            TrapReason.values()[random.nextInt(8)]);
                case 14 -> wide();
                case 15 -> call();
                case 16, 17 -> fork(depth);
                case 18 -> loop(depth);
                case 19, 20 -> invoke(depth);
                default -> choice(depth);
            }
        }
    }

    private int rare() {
        return builder.compute(Op.EQ, Type.I32, pick(Type.I32), builder.i32(random.nextInt()));
    }

    private int comparison() {
        Type type = random.nextBoolean() ? Type.I32 : Type.I64;
        switch (random.nextInt(4)) {
            case 0 -> {
                int masked = builder.compute(Op.AND, type, pick(type), pick(type));
                return builder.compute(random.nextBoolean() ? Op.EQ : Op.NE, type, masked, builder.constant(type, 0));
            }
            case 1 -> {
                Type floats = random.nextBoolean() ? Type.F32 : Type.F64;
                Op[] ops = {Op.EQ, Op.NE, Op.LT, Op.GT, Op.LE, Op.GE};
                return builder.compute(ops[random.nextInt(ops.length)], floats, pick(floats), pick(floats));
            }
            default -> {
                return builder.compute(COMPARISONS[random.nextInt(COMPARISONS.length)], type, pick(type), pick(type));
            }
        }
    }

    private int condition() {
        return random.nextInt(3) == 0 ? pick(Type.I32) : comparison();
    }

    private void integer() {
        Type type = random.nextBoolean() ? Type.I32 : Type.I64;
        Op[] ops = {Op.ADD, Op.ADD, Op.SUB, Op.MUL, Op.AND, Op.OR, Op.XOR, Op.SHL, Op.SHR_S, Op.SHR_U, Op.ROTL};
        Op op = ops[random.nextInt(ops.length)];
        int y = random.nextInt(3) == 0 ? builder.constant(type, random.nextInt(12)) : pick(type);
        keep(builder.compute(op, type, pick(type), y));
    }

    private void row(List<Row> rows) {
        Row row = rows.get(random.nextInt(rows.size()));
        if (row.op.mayFault() && random.nextInt(4) != 0) {
            return;
        }
        int count = Typing.operands(row.op);
        int[] operands = new int[3];
        for (int i = 0; i < count; i++) {
            boolean isLane = Typing.takesConstant(row.op) && i == count - 1;
            operands[i] = !isLane
                    ? pick(Typing.operand(row.op, row.type, i))
                    : row.op == Op.SHUFFLE
                            ? builder.vector(
                                    random.nextLong() & 0x1F1F_1F1F_1F1F_1F1FL,
                                    random.nextLong() & 0x1F1F_1F1F_1F1F_1F1FL)
                            : builder.i32(random.nextInt(row.type.lanes()));
        }
        keep(
                switch (count) {
                    case 1 -> builder.compute(row.op, row.type, operands[0]);
                    case 2 -> builder.compute(row.op, row.type, operands[0], operands[1]);
                    default -> builder.compute(row.op, row.type, operands[0], operands[1], operands[2]);
                });
    }

    // ---- memory

    private int memory() {
        return builder.context(Context.MEMORY0);
    }

    /** An index, extended, shifted or moved as addresses are. */
    private int index() {
        int low = builder.compute(Op.AND, Type.I32, pick(Type.I32), builder.i32(ADDRESSES >> 4));
        int index = builder.compute(Op.EXTEND_I32_U, Type.I64, low);
        return switch (random.nextInt(4)) {
            case 0 -> index;
            case 1 -> builder.compute(Op.SHL, Type.I64, index, builder.i64(random.nextInt(4)));
            case 2 -> {
                int shifted = builder.compute(Op.SHL, Type.I32, low, builder.i32(random.nextInt(4)));
                yield builder.compute(Op.EXTEND_I32_U, Type.I64, shifted);
            }
            default -> builder.compute(Op.ADD, Type.I64, index, builder.i64(random.nextInt(64)));
        };
    }

    private int access() {
        return Access.of(1 + random.nextInt(2)) | (random.nextBoolean() ? Access.TRAPS : 0);
    }

    private void load() {
        Op[] narrow = {Op.LOAD8_S, Op.LOAD8_U, Op.LOAD16_S, Op.LOAD16_U};
        Type type = TYPES[random.nextInt(TYPES.length)];
        boolean isInt = type == Type.I32 || type == Type.I64;
        Op op = isInt && random.nextInt(3) == 0 ? narrow[random.nextInt(4)] : Op.LOAD;
        if (type == Type.I64 && random.nextInt(4) == 0) {
            op = random.nextBoolean() ? Op.LOAD32_S : Op.LOAD32_U;
        }
        int displacement = random.nextInt(256);
        keep(
                switch (random.nextInt(3)) {
                    case 0 -> builder.load(op, type, memory(), displacement, access());
                    case 1 -> builder.load(op, type, base(), displacement, access());
                    default -> builder.load(op, type, memory(), index(), displacement, access());
                });
    }

    /** An address in a register. */
    private int base() {
        return builder.compute(Op.ADD, Type.I64, memory(), index());
    }

    private void store() {
        Type type = TYPES[random.nextInt(TYPES.length)];
        boolean isInt = type == Type.I32 || type == Type.I64;
        Op op = isInt && random.nextInt(3) == 0 ? random.nextBoolean() ? Op.STORE8 : Op.STORE16 : Op.STORE;
        int displacement = random.nextInt(256);
        int access = access();
        int index = index();
        if (isInt && random.nextBoolean()) {
            Op[] ops = {Op.ADD, Op.SUB, Op.AND, Op.OR, Op.XOR};
            int old = builder.load(Op.LOAD, type, memory(), index, displacement, access);
            int changed = builder.compute(ops[random.nextInt(ops.length)], type, old, pick(type));
            builder.store(Op.STORE, type, memory(), index, displacement, changed, access);
        } else {
            builder.store(op, type, memory(), index, displacement, pick(type), access);
        }
    }

    private void wide() {
        Op[] ops = {Op.ADD128, Op.SUB128, Op.MUL_WIDE_S, Op.MUL_WIDE_U};
        int node = builder.computeWide(
                ops[random.nextInt(4)], pick(Type.I64), pick(Type.I64), pick(Type.I64), pick(Type.I64));
        keep(node);
        if (random.nextBoolean()) {
            keep(builder.result(node, 1, Type.I64));
        }
    }

    private void call() {
        int callee = callees[random.nextInt(callees.length)];
        Callee called = builder.graph().callees().get(callee);
        int node = builder.call(callee, pick(called.parameters()));
        for (int i = 0; i < called.results().size(); i++) {
            if (random.nextInt(3) != 0) {
                keep(i == 0 ? node : builder.result(node, i, called.results().get(i)));
            }
        }
    }

    // ---- control

    private int[] inside(int depth, List<Type> wanted) {
        return inside(depth, wanted, () -> {});
    }

    /** Steps after a first one, of which nothing is left; values of the wanted types. */
    private int[] inside(int depth, List<Type> wanted, Runnable first) {
        Map<Type, Integer> sizes = new EnumMap<>(Type.class);
        pool.forEach((type, values) -> sizes.put(type, values.size()));
        first.run();
        steps(random.nextInt(7), depth - 1);
        int[] values = pick(wanted);
        pool.forEach((type, values2) ->
                values2.subList(sizes.get(type), values2.size()).clear());
        return values;
    }

    private Block join() {
        return builder.block(Type.I32, Type.F64, Type.I64, Type.V128);
    }

    private static final List<Type> JOINED = List.of(Type.I32, Type.F64, Type.I64, Type.V128);

    private void goOn(Block join) {
        builder.at(join);
        for (int i = 0; i < join.parameterCount(); i++) {
            keep(join.parameter(i));
        }
    }

    private void fork(int depth) {
        Block then = builder.block();
        Block otherwise = builder.block();
        Block join = join();
        builder.branch(condition(), then, otherwise);
        for (Block arm : List.of(then, otherwise)) {
            builder.at(arm);
            int[] values = inside(depth, JOINED);
            if (arm == otherwise && random.nextInt(6) == 0) {
                builder.branch(rare(), arm2(), new int[0], join, values);
            } else {
                builder.jump(join, values);
            }
        }
        goOn(join);
    }

    /** A block that traps. */
    private Block arm2() {
        Block here = builder.current();
        Block trap = builder.block();
        builder.at(trap);
        builder.trap(TrapReason.UNREACHABLE);
        builder.at(here);
        return trap;
    }

    private void invoke(int depth) {
        int callee = throwers[random.nextInt(throwers.length)];
        Callee called = builder.graph().callees().get(callee);
        CompiledGraph.Throws throwing = (CompiledGraph.Throws) called.target();
        Block normal = builder.block();
        List<Block> landings = new ArrayList<>();
        for (int i = 0; i < throwing.landings(); i++) {
            landings.add(builder.block());
        }
        Block join = join();
        int node = builder.invoke(callee, pick(called.parameters()), normal, landings);
        builder.at(normal);
        builder.jump(join, inside(depth, JOINED, () -> {
            for (int i = 0; i < called.results().size(); i++) {
                if (random.nextInt(4) != 0) {
                    keep(builder.result(node, i, called.results().get(i)));
                }
            }
        }));
        for (Block landing : landings) {
            builder.at(landing);
            builder.jump(join, inside(depth, JOINED, () -> {
                for (int i = 0; i < throwing.values().size(); i++) {
                    keep(builder.caught(i, throwing.values().get(i)));
                }
            }));
        }
        goOn(join);
    }

    private void loop(int depth) {
        Block head = builder.block(Type.I32, Type.I32, Type.F64, Type.I64, Type.V128);
        Block done = builder.block();
        builder.jump(
                head,
                builder.i32(1 + random.nextInt(4)),
                pick(Type.I32),
                pick(Type.F64),
                pick(Type.I64),
                pick(Type.V128));
        builder.at(head);
        builder.poll();
        for (int i = 1; i < 5; i++) {
            keep(head.parameter(i));
        }
        int[] values = inside(depth, JOINED);
        int left = builder.compute(Op.SUB, Type.I32, head.parameter(0), builder.i32(1));
        builder.branch(left, head, new int[] {left, values[0], values[1], values[2], values[3]}, done, new int[0]);
        builder.at(done);
    }

    private void choice(int depth) {
        List<Block> arms = new ArrayList<>();
        List<int[]> arguments = new ArrayList<>();
        int count = 1 + random.nextInt(7);
        for (int i = 0; i < count; i++) {
            arms.add(builder.block(Type.I64));
            arguments.add(new int[] {pick(Type.I64)});
        }
        Block join = join();
        builder.choose(
                random.nextBoolean()
                        ? pick(Type.I32)
                        : builder.compute(Op.AND, Type.I32, pick(Type.I32), builder.i32(7)),
                arms,
                arguments);
        for (Block arm : arms) {
            builder.at(arm);
            List<Integer> longs = pool.get(Type.I64);
            longs.add(arm.parameter(0));
            int at = longs.size() - 1;
            int[] values = inside(depth, JOINED);
            longs.remove(at);
            builder.jump(join, values);
        }
        goOn(join);
    }
}
