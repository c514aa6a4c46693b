package emberwall.ir;

import emberwall.op.Op;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import emberwall.op.Typing;
import emberwall.op.V128;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Makes functions up. Its choices depend on the seed alone, not on what the builder makes of them: two builders given the
 * same seed get functions that mean the same.
 */
final class GraphGenerator {
    static final List<Type> PARAMETERS = List.of(Type.I32, Type.I64, Type.I32, Type.F64, Type.F32, Type.V128);
    static final List<Type> RESULTS = List.of(Type.I32, Type.I64, Type.F32, Type.F64, Type.V128);

    private static final Type[] SCALARS = {Type.I32, Type.I64, Type.F32, Type.F64};
    private static final Type[] SHAPES = {Type.I8X16, Type.I16X8, Type.I32X4, Type.I64X2, Type.F32X4, Type.F64X2};
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
        32,
        33,
        63,
        64,
        255,
        256,
        65535,
        0x7FFF_FFFFL,
        0x8000_0000L,
        0xFFFF_FFFFL,
        -1,
        -2,
        Long.MIN_VALUE,
        Long.MAX_VALUE
    };
    private static final Callee MIX = new Callee("mix", List.of(Type.I32, Type.I64), List.of(Type.I64, Type.I32), null);

    /** One that may throw. */
    private static final Callee RISKY = new Callee("risky", MIX.parameters(), MIX.results(), null);
    /** One that has the function's own results. */
    private static final Callee LAST = new Callee("last", MIX.parameters(), RESULTS, null);

    private final Random random;
    private final Builder builder;
    private final Map<Type, List<Integer>> pool = new EnumMap<>(Type.class);
    private final int mix;
    private final int risky;
    private int origin;
    /** What the latest {@link #inside} leaves: an i32 and an f64. */
    private int[] inside;

    private GraphGenerator(Builder builder, long seed) {
        this.builder = builder;
        random = new Random(seed);
        mix = builder.callee(MIX);
        risky = builder.callee(RISKY);
        for (Type type : Type.values()) {
            pool.put(type, new ArrayList<>());
        }
        for (int i = 0; i < PARAMETERS.size(); i++) {
            pool.get(PARAMETERS.get(i)).add(builder.parameter(i));
        }
    }

    /** The function of a seed. */
    static Graph generate(long seed, boolean simplifying) {
        Builder builder = new Builder("f" + seed, PARAMETERS, RESULTS, 0, simplifying);
        GraphGenerator generator = new GraphGenerator(builder, seed);
        generator.steps(8 + generator.random.nextInt(30), 3);
        if (generator.random.nextInt(4) == 0) {
            builder.tailCall(builder.callee(LAST), generator.pick(Type.I32), generator.pick(Type.I64));
            return builder.finish();
        }
        int[] results = new int[RESULTS.size()];
        for (int i = 0; i < results.length; i++) {
            results[i] = generator.pick(RESULTS.get(i));
        }
        builder.returns(results);
        return builder.finish();
    }

    private void steps(int count, int depth) {
        for (int i = 0; i < count; i++) {
            builder.origin(origin++);
            switch (random.nextInt(depth > 0 ? 16 : 12)) {
                case 0, 1, 2, 3, 4, 5 -> scalar();
                case 6 -> comparison();
                case 7 -> vector();
                case 8 -> keep(builder.select(pick(Type.I32), pick(Type.I64), pick(Type.I64)));
                case 9 -> {
                    for (int more = random.nextInt(8); more >= 0; more--) {
                        memory();
                    }
                    if (random.nextInt(3) == 0) {
                        state();
                        poll();
                        memory();
                    }
                }
                case 10 -> trapOrFault();
                case 11 -> {
                    if (random.nextBoolean()) {
                        call();
                    } else {
                        invoke();
                    }
                }
                case 12, 13 -> fork(depth);
                case 14 -> {
                    if (random.nextInt(4) == 0) {
                        interpreter();
                    } else {
                        loop(depth);
                    }
                }
                default -> choice(depth);
            }
        }
    }

    private void state() {
        if (random.nextBoolean()) {
            builder.state(
                    new int[] {0, 3, 1 << Graph.SLOT_BITS},
                    new int[] {pick(Type.I32), pick(Type.F64), pick(Type.V128)});
        }
    }

    private int pick(Type type) {
        List<Integer> known = pool.get(type);
        if (random.nextInt(4) == 0 || known.isEmpty()) {
            long bits = random.nextInt(4) == 0 ? random.nextLong() : EDGES[random.nextInt(EDGES.length)];
            return type == Type.V128 ? builder.vector(bits, random.nextLong()) : builder.constant(type, bits);
        }
        return known.get(random.nextInt(known.size()));
    }

    private void keep(int value) {
        pool.get(builder.graph().type(value)).add(value);
    }

    private void scalar() {
        Type type = SCALARS[random.nextInt(SCALARS.length)];
        List<Op> ops = Tables.pure(type);
        Op op = ops.get(random.nextInt(ops.size()));
        compute(op, type);
    }

    private void comparison() {
        Type type = SCALARS[random.nextInt(SCALARS.length)];
        Op[] ops = type.isFloat()
                ? new Op[] {Op.EQ, Op.NE, Op.LT, Op.GE}
                : new Op[] {Op.EQ, Op.NE, Op.LT_S, Op.GE_U, Op.EQZ, Op.GT_U, Op.LE_S, Op.LT_U};
        compute(ops[random.nextInt(ops.length)], type);
    }

    private void vector() {
        Type type = SHAPES[random.nextInt(SHAPES.length)];
        switch (random.nextInt(5)) {
            case 0 -> compute(Op.SPLAT, type);
            case 1 ->
                keep(builder.compute(
                        type == Type.I8X16 || type == Type.I16X8 ? Op.EXTRACT_LANE_S : Op.EXTRACT_LANE,
                        type,
                        pick(Type.V128),
                        builder.i32(random.nextInt(type.lanes()))));
            case 2 ->
                keep(builder.compute(
                        Op.REPLACE_LANE,
                        type,
                        pick(Type.V128),
                        pick(Typing.scalar(type)),
                        builder.i32(random.nextInt(type.lanes()))));
            case 3 -> compute(random.nextBoolean() ? Op.XOR : Op.BITSELECT, Type.V128);
            default -> compute(type.isFloat() ? Op.MIN : random.nextBoolean() ? Op.ADD : Op.SHL, type);
        }
    }

    private void compute(Op op, Type type) {
        int count = Typing.operands(op);
        int[] operands = new int[count];
        for (int i = 0; i < count; i++) {
            operands[i] = pick(Typing.operand(op, type, i));
        }
        keep(
                switch (count) {
                    case 1 -> builder.compute(op, type, operands[0]);
                    case 2 -> builder.compute(op, type, operands[0], operands[1]);
                    default -> builder.compute(op, type, operands[0], operands[1], operands[2]);
                });
    }

    /** An address that is like no other, or one of a few. */
    private int address() {
        return random.nextBoolean()
                ? builder.i64(8L * random.nextInt(3))
                : builder.compute(Op.AND, Type.I64, pick(Type.I64), builder.i64(TestWorld.MASK));
    }

    private void memory() {
        int access = Access.of(1) | Access.TRAPS;
        int displacement = random.nextBoolean() ? 0 : random.nextInt(64);
        int address = address();
        switch (random.nextInt(8)) {
            case 4 -> atomic(address, displacement);
            case 5 -> builder.fence();
            case 0 -> keep(builder.load(Op.LOAD8_U, Type.I32, address, displacement, access));
            case 1 -> keep(builder.load(Op.LOAD32_S, Type.I64, builder.i64(8), address, displacement, access));
            case 2 -> builder.store(Op.STORE, Type.I64, address, displacement, pick(Type.I64), access);
            case 3 -> builder.store(Op.STORE8, Type.I32, builder.i64(16), address, 0, pick(Type.I32), access);
            case 6 -> neighbours(access | Access.SHORT);
            default -> cell();
        }
    }

    /** Loads from an address of 32 bits, from above and from below. */
    private void neighbours(int access) {
        int root = builder.compute(Op.AND, Type.I32, pick(Type.I32), builder.i32((int) TestWorld.MASK));
        for (int distance : new int[] {0, 1 + random.nextInt(8), -random.nextInt(4)}) {
            int sum = builder.compute(Op.ADD, Type.I32, root, builder.i32(distance));
            int wide = builder.compute(Op.EXTEND_I32_U, Type.I64, sum);
            keep(builder.load(Op.LOAD8_U, Type.I32, builder.i64(0), wide, random.nextInt(2), access));
        }
    }

    /** An access to the other part of memory, which never traps. */
    private void cell() {
        int access = Access.of(2);
        int base = builder.i64(TestWorld.CELLS);
        int displacement = 4 * random.nextInt(5);
        Type type = SCALARS[random.nextInt(SCALARS.length)];
        Type integer = random.nextBoolean() ? Type.I32 : Type.I64;
        switch (random.nextInt(6)) {
            case 0, 1 -> keep(builder.load(Op.LOAD, type, base, displacement, access));
            case 2, 3 -> builder.store(Op.STORE, type, base, displacement, pick(type), access);
            case 4 -> {
                Op[] ops = {Op.LOAD8_S, Op.LOAD8_U, Op.LOAD16_S, Op.LOAD16_U};
                keep(builder.load(ops[random.nextInt(ops.length)], integer, base, displacement, access));
            }
            default -> {
                Op[] ops = {Op.STORE8, Op.STORE16};
                builder.store(ops[random.nextInt(ops.length)], integer, base, displacement, pick(integer), access);
            }
        }
    }

    private int bound() {
        int access = Access.of(3) | Access.GROWS;
        int bound = builder.load(Op.LOAD, Type.I64, builder.i64(TestWorld.BOUND), 0, access);
        builder.atLeast(bound, TestWorld.LEAST_BOUND);
        return bound;
    }

    private void poll() {
        if (random.nextBoolean()) {
            builder.poll();
        } else {
            builder.quietPoll();
        }
    }

    /** Accesses, close to each other, that compare their address with a bound first. */
    private void checked() {
        int narrow = random.nextBoolean()
                ? pick(Type.I32)
                : builder.compute(Op.AND, Type.I32, pick(Type.I32), builder.i32(random.nextInt(512)));
        int bound = bound();
        for (int more = random.nextInt(4); more >= 0; more--) {
            int room = 8 * (1 + random.nextInt(12));
            int added = random.nextInt(3) == 0 ? random.nextInt(100) - 20 : 0;
            int sum = builder.compute(Op.ADD, Type.I32, narrow, builder.i32(added));
            int wide = builder.compute(Op.EXTEND_I32_U, Type.I64, sum);
            int index = wide;
            if (random.nextInt(3) == 0) {
                poll();
                bound = bound();
            }
            if (random.nextInt(3) == 0) {
                builder.trapIf(builder.compute(Op.GE_U, Type.I64, wide, bound), TrapReason.ARRAY_OUT_OF_BOUNDS);
                room = 8;
            }
            if (random.nextBoolean()) {
                int end = builder.compute(Op.ADD, Type.I64, wide, builder.i64(room));
                builder.trapIf(builder.compute(Op.LT_U, Type.I64, bound, end), TrapReason.MEMORY_OUT_OF_BOUNDS);
            } else {
                int last = builder.compute(Op.SUB, Type.I64, bound, builder.i64(room));
                builder.trapIf(builder.compute(Op.LT_U, Type.I64, last, wide), TrapReason.MEMORY_OUT_OF_BOUNDS);
                index = builder.select(builder.compute(Op.GE_U, Type.I64, last, wide), wide, last);
            }
            keep(builder.load(Op.LOAD, Type.I64, builder.i64(0), index, room - 8, Access.of(1)));
        }
    }

    private void atomic(int address, int displacement) {
        int access = Access.atomic(1, 2) | Access.TRAPS;
        int base = builder.context(Context.INSTANCE);
        if (random.nextBoolean()) {
            keep(builder.atomic(Op.ATOMIC_ADD, Type.I32, base, address, displacement, access, pick(Type.I32)));
        } else {
            builder.atomic(Op.ATOMIC_STORE, Type.I64, base, address, displacement, access, pick(Type.I64));
        }
    }

    private void trapOrFault() {
        switch (random.nextInt(5)) {
            case 0 -> {
                int rare = builder.compute(Op.EQ, Type.I32, pick(Type.I32), builder.i32(random.nextInt()));
                builder.trapIf(rare, TrapReason.values()[random.nextInt(8)]);
            }
            case 1 -> {
                int divisor = builder.compute(Op.OR, Type.I32, pick(Type.I32), builder.i32(1 + random.nextInt(9)));
                keep(builder.compute(random.nextBoolean() ? Op.DIV_U : Op.REM_S, Type.I32, pick(Type.I32), divisor));
            }
            case 2 -> checked();
            case 3 -> {
                int low = builder.computeWide(
                        random.nextBoolean() ? Op.ADD128 : Op.SUB128,
                        pick(Type.I64),
                        pick(Type.I64),
                        pick(Type.I64),
                        pick(Type.I64));
                keep(low);
                keep(builder.result(low, 1, Type.I64));
            }
            default -> keep(builder.compute(Op.DIV_S, Type.I64, pick(Type.I64), pick(Type.I64)));
        }
    }

    private void call() {
        int node = builder.call(mix, pick(Type.I32), pick(Type.I64));
        keep(node);
        keep(builder.result(node, 1, Type.I32));
    }

    /** Runs steps whose values are not known behind them. */
    private void inside(int depth) {
        Map<Type, Integer> sizes = new EnumMap<>(Type.class);
        pool.forEach((type, values) -> sizes.put(type, values.size()));
        steps(random.nextInt(6), depth - 1);
        inside = new int[] {pick(Type.I32), pick(Type.F64)};
        pool.forEach(
                (type, values) -> values.subList(sizes.get(type), values.size()).clear());
    }

    /** One of two values, by a branch whose ways do nothing. */
    private void choose() {
        Block then = builder.block();
        Block join = builder.block(Type.I32);
        int other = builder.compute(Op.ADD, Type.I32, pick(Type.I32), pick(Type.I32));
        builder.branch(pick(Type.I32), then, new int[0], join, new int[] {other});
        builder.at(then);
        builder.jump(join, pick(Type.I32));
        builder.at(join);
        keep(join.parameter(0));
    }

    private void fork(int depth) {
        if (random.nextInt(3) == 0) {
            choose();
            return;
        }
        Block then = builder.block();
        Block otherwise = builder.block();
        Block join = builder.block(Type.I32, Type.F64);
        builder.branch(pick(Type.I32), then, otherwise);
        for (Block arm : List.of(then, otherwise)) {
            builder.at(arm);
            inside(depth);
            builder.jump(join, inside);
        }
        builder.at(join);
        keep(join.parameter(0));
        keep(join.parameter(1));
    }

    private void invoke() {
        List<Block> landings = List.of(builder.block(), builder.block());
        Block normal = builder.block();
        Block join = builder.block(Type.I64, Type.I32);
        int node = builder.invoke(risky, new int[] {pick(Type.I32), pick(Type.I64)}, normal, landings);
        builder.at(normal);
        int first = builder.result(node, 0, Type.I64);
        builder.jump(join, first, builder.result(node, 1, Type.I32));
        for (Block landing : landings) {
            builder.at(landing);
            int brought = builder.caught(0, Type.I64);
            builder.jump(join, brought, builder.caught(1, Type.I32));
        }
        builder.at(join);
        keep(join.parameter(0));
        keep(join.parameter(1));
    }

    private void loop(int depth) {
        Block head = builder.block(Type.I32, Type.I32, Type.F64);
        Block done = builder.block();
        builder.jump(head, builder.i32(1 + random.nextInt(4)), pick(Type.I32), pick(Type.F64));
        builder.at(head);
        state();
        poll();
        if (random.nextBoolean()) {
            int rare = builder.compute(Op.EQ, Type.I32, pick(Type.I32), builder.i32(random.nextInt(20)));
            builder.trapIf(rare, TrapReason.UNREACHABLE);
        }
        keep(head.parameter(1));
        keep(head.parameter(2));
        inside(depth);
        int left = builder.compute(Op.ADD, Type.I32, head.parameter(0), builder.i32(-1));
        int more = switch (random.nextInt(3)) {
            case 0 -> head.parameter(0); // the count before
            case 1 -> builder.compute(Op.NE, Type.I32, head.parameter(0), builder.i32(random.nextInt(2)));
            default -> left;
        };
        builder.branch(more, head, new int[] {left, inside[0], inside[1]}, done, new int[0]);
        builder.at(done);
    }

    /** A loop with a choice of many ways that meet again before it goes back. */
    private void interpreter() {
        Block head = builder.block(Type.I32, Type.I32);
        Block more = builder.block();
        Block done = builder.block();
        builder.jump(head, builder.i32(1 + random.nextInt(6)), pick(Type.I32));
        builder.at(head);
        poll();
        builder.branch(head.parameter(0), more, done);
        builder.at(more);
        int ways = TailCopies.LEAST_WAYS + random.nextInt(3);
        List<Block> arms = new ArrayList<>();
        List<int[]> arguments = new ArrayList<>();
        for (int i = 0; i < ways; i++) {
            arms.add(builder.block());
            arguments.add(new int[0]);
        }
        Block tail = builder.block(Type.I32);
        builder.choose(builder.compute(Op.AND, Type.I32, head.parameter(1), builder.i32(15)), arms, arguments);
        for (Block arm : arms) {
            builder.at(arm);
            int value = builder.compute(Op.ADD, Type.I32, head.parameter(1), pick(Type.I32));
            if (random.nextBoolean()) {
                int displacement = 4 * random.nextInt(5);
                builder.store(Op.STORE, Type.I32, builder.i64(TestWorld.CELLS), displacement, value, Access.of(2));
            }
            builder.jump(tail, value);
        }
        builder.at(tail);
        int next = tail.parameter(0);
        if (random.nextBoolean()) {
            int cell =
                    builder.load(Op.LOAD, Type.I32, builder.i64(TestWorld.CELLS), 4 * random.nextInt(5), Access.of(2));
            next = builder.compute(Op.XOR, Type.I32, next, cell);
        }
        int left = builder.compute(Op.ADD, Type.I32, head.parameter(0), builder.i32(-1));
        builder.jump(head, left, next);
        builder.at(done);
        keep(head.parameter(1));
    }

    private void choice(int depth) {
        List<Block> arms = new ArrayList<>();
        List<int[]> arguments = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            arms.add(builder.block(Type.I64));
            arguments.add(new int[] {pick(Type.I64)});
        }
        Block join = builder.block(Type.I32, Type.F64);
        builder.choose(pick(Type.I32), arms, arguments);
        for (Block arm : arms) {
            builder.at(arm);
            pool.get(Type.I64).add(arm.parameter(0));
            int at = pool.get(Type.I64).size() - 1;
            inside(depth);
            pool.get(Type.I64).remove(at);
            builder.jump(join, inside);
        }
        builder.at(join);
        keep(join.parameter(0));
        keep(join.parameter(1));
    }

    /** Arguments for the functions. */
    static List<V128> arguments(Random random) {
        List<V128> arguments = new ArrayList<>();
        for (Type type : PARAMETERS) {
            long bits = random.nextBoolean() ? EDGES[random.nextInt(EDGES.length)] : random.nextLong();
            arguments.add(new V128(type.bits() == 32 ? bits & 0xFFFF_FFFFL : bits, type.bits() == 128 ? ~bits : 0));
        }
        return arguments;
    }
}
