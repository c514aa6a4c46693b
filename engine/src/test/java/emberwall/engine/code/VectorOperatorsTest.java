package emberwall.engine.code;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.RDI;
import static emberwall.asm.x64.Reg.RSI;
import static emberwall.asm.x64.Width.W64;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Mem;
import emberwall.codegen.x64.VectorOperators;
import emberwall.codegen.x64.X64Operators;
import emberwall.link.CodeBlob;
import emberwall.link.CodeSpace;
import emberwall.op.Op;
import emberwall.op.Type;
import emberwall.op.V128;
import emberwall.op.VectorEval;
import emberwall.os.Cpu;
import emberwall.os.Native;
import emberwall.os.Pages;
import emberwall.os.RawMemory;
import emberwall.wasm.Immediate;
import emberwall.wasm.Meaning;
import emberwall.wasm.Opcode;
import emberwall.wasm.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every row of the table that computes on vectors, emitted for one kind of processor after the other and run over edge
 * and random lanes, against {@link VectorEval}; and it keeps its operands.
 */
class VectorOperatorsTest {
    private static final int ROUNDS = 24;
    private static final int RESULT = 48;
    private static final int KEPT = 64;

    private static final long[] BITS = {
        0,
        1,
        2,
        0x7f,
        0x80,
        0x81,
        0xff,
        0x7fff,
        0x8000,
        0x8001,
        0xffff,
        0x7fff_ffffL,
        0x8000_0000L,
        0xffff_ffffL,
        0x8000_0001L,
        0x10,
        0x0f,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        -1,
        -2
    };
    private static final double[] FLOATS = {
        0.0,
        -0.0,
        0.5,
        -0.5,
        0.3,
        -0.7,
        1,
        -1,
        1.5,
        2.5,
        -2.5,
        127.9,
        -128.5,
        65535.5,
        2147483647.0,
        2147483648.0,
        -2147483648.0,
        -2147483649.0,
        4294967295.0,
        4294967295.5,
        4294967296.0,
        0x1p23,
        0x1p23 - 0.5,
        0x1p52 - 0.5,
        -0x1p52,
        0x1p60,
        1e-40,
        1e-310,
        1e300,
        -1e300,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        3e9,
        4.4e9
    };
    private static final long[] NAN_F32 = {0x7fc0_0000L, 0xffc0_0001L, 0x7fa0_0003L, 0xff80_0001L};
    private static final long[] NAN_F64 = {
        0x7ff8_0000_0000_0000L, 0xfff8_0000_0000_0005L, 0x7ff4_0000_0000_0003L, 0xfff0_0000_0000_0001L
    };

    enum Processor {
        SSE2(0, 0),
        SSSE3(X64Operators.SSSE3, Cpu.Feature.SSSE3.bit()),
        SSE41(SSSE3.mask | X64Operators.SSE41, SSSE3.needed | Cpu.Feature.SSE4_1.bit()),
        SSE42(SSE41.mask | X64Operators.SSE42, SSE41.needed | Cpu.Feature.SSE4_2.bit()),
        AVX(SSE42.mask | X64Operators.AVX, SSE42.needed | Cpu.Feature.AVX.bit());

        final int mask;
        final long needed;

        Processor(int mask, long needed) {
            this.mask = mask;
            this.needed = needed;
        }
    }

    /** Where operands and results are; the second of each is the destination that is the first operand. */
    private record Places(int dst, int x, int y, int z) {}

    private static final Places[] PLACES = {new Places(4, 1, 2, 3), new Places(9, 9, 12, 8), new Places(0, 7, 7, 7)};

    private final Random random = new Random(7);

    @ParameterizedTest
    @EnumSource
    void computesWhatTheDefinitionSays(Processor processor) {
        assumeTrue((Cpu.features() & processor.needed) == processor.needed, "this processor is older");
        int rows = 0;
        long buffer = Pages.allocate(Pages.SIZE);
        try (CodeSpace space = CodeSpace.reserve(1 << 24)) {
            for (int i = 0; i < Opcode.count(); i++) {
                Opcode opcode = Opcode.at(i);
                if (opcode.meaning() instanceof Meaning.Numeric numeric
                        && numeric.type().isVector()) {
                    rows++;
                    for (Places places : PLACES) {
                        check(space, buffer, processor, opcode, numeric, places);
                    }
                }
            }
        } finally {
            Pages.release(buffer, Pages.SIZE);
        }
        assertTrue(rows > 230, "only " + rows);
    }

    private void check(
            CodeSpace space, long buffer, Processor processor, Opcode opcode, Meaning.Numeric numeric, Places places) {
        int immediates = opcode.immediate() == Immediate.LANE
                ? numeric.type().lanes()
                : opcode.immediate() == Immediate.SHUFFLE ? 64 : 1;
        for (int i = 0; i < immediates; i++) {
            V128 immediate = opcode.immediate() == Immediate.SHUFFLE ? lanes() : new V128(i, 0);
            CodeBlob blob = space.publish(code(processor, opcode, numeric, places, immediate), this);
            for (int round = 0; round < ROUNDS; round++) {
                run(blob.address(), buffer, processor, opcode, numeric, places, immediate);
            }
            space.free(blob);
        }
    }

    /** Lanes of a shuffle: any, or in an order that processors know. */
    private V128 lanes() {
        int kind = random.nextInt(7);
        int bytes = 1 << random.nextInt(4);
        int count = 16 / bytes;
        int half = count / 2;
        int first = random.nextInt(2);
        int second = random.nextInt(2) * half;
        int from = random.nextInt(32);
        int[] groups = new int[count];
        for (int i = 0; i < count; i++) {
            groups[i] = switch (kind) {
                case 0 -> random.nextInt(2 * count);
                case 1 -> random.nextInt(count) + first * count;
                case 2 -> (i % 2 ^ first) * count + second + i / 2;
                case 3 -> random.nextInt(count) + (i / half ^ first) * count;
                case 4 -> i < half ? i : half + random.nextInt(half);
                case 5 -> i >= half ? i : random.nextInt(half);
                default -> 0;
            };
        }
        V128 lanes = V128.ZERO;
        for (int lane = 0; lane < 16; lane++) {
            int index = kind == 6 ? from + lane : groups[lane / bytes] * bytes + lane % bytes;
            lanes = lanes.with(Type.I8X16, lane, index & 31);
        }
        return lanes;
    }

    /** The operands are at rdi, scalars among them also in rsi. */
    private static Assembler code(
            Processor processor, Opcode opcode, Meaning.Numeric numeric, Places places, V128 immediate) {
        Assembler a = new Assembler(1024);
        List<V128> constants = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        VectorOperators vectors = new VectorOperators(a, processor.mask, (low, high) -> {
            constants.add(new V128(low, high));
            labels.add(a.newLabel());
            return Mem.label(labels.getLast());
        });
        int[] at = {places.x, places.y, places.z};
        for (int i = opcode.signature().parameterCount() - 1; i >= 0; i--) {
            a.movups(at[i], mem(RDI, 16 * i));
            if (!isVector(opcode.signature().parameter(i))) {
                a.mov(W64, RSI, mem(RDI, 16 * i));
            }
        }
        Op op = numeric.op();
        Type type = numeric.type();
        boolean scalar = !isVector(opcode.signature().result(0)) && !type.isFloat();
        int lane = (int) immediate.low();
        switch (op) {
            case SHUFFLE -> vectors.shuffle(places.dst, places.x, places.y, immediate.low(), immediate.high());
            case SPLAT -> vectors.splat(type, places.dst, type.isFloat() ? places.x : RSI);
            case REPLACE_LANE -> vectors.replace(type, places.dst, places.x, type.isFloat() ? places.y : RSI, lane);
            case EXTRACT_LANE, EXTRACT_LANE_S, EXTRACT_LANE_U ->
                vectors.extract(op, type, type.isFloat() ? places.dst : RSI, places.x, lane);
            case ANY_TRUE, ALL_TRUE, BITMASK -> vectors.test(op, type, RSI, places.x);
            case SHL, SHR_S, SHR_U -> vectors.emit(op, type, places.dst, places.x, RSI, 0);
            default -> vectors.emit(op, type, places.dst, places.x, places.y, places.z);
        }
        if (scalar) {
            a.mov(W64, mem(RDI, RESULT), RSI);
        } else {
            a.movups(mem(RDI, RESULT), places.dst);
        }
        for (int i = 0; i < 3; i++) {
            a.movups(mem(RDI, KEPT + 16 * i), at[i]);
        }
        a.ret();
        // At an address that is no multiple of sixteen.
        a.align(16);
        a.put8(0);
        for (int i = 0; i < constants.size(); i++) {
            a.bind(labels.get(i));
            a.put8(constants.get(i).low());
            a.put8(constants.get(i).high());
        }
        return a;
    }

    private static boolean isVector(int type) {
        return type == ValueType.V128;
    }

    private void run(
            long address,
            long buffer,
            Processor processor,
            Opcode opcode,
            Meaning.Numeric numeric,
            Places places,
            V128 immediate) {
        int count = opcode.signature().parameterCount();
        V128[] operands = {V128.ZERO, V128.ZERO, V128.ZERO};
        boolean isOne = places.x == places.y;
        for (int i = 0; i < count; i++) {
            int type = opcode.signature().parameter(i);
            boolean isFloat = numeric.type().isFloat()
                    || opcode.text().contains("f32x4")
                    || opcode.text().contains("f64x2");
            operands[i] = i > 0 && isOne && isVector(type) ? operands[0] : vector(isFloat, numeric.type());
            if (type == ValueType.I32 || type == ValueType.F32) {
                operands[i] = new V128(operands[i].low() & 0xffff_ffffL, 0);
            } else if (!isVector(type)) {
                operands[i] = new V128(operands[i].low(), 0);
            }
        }
        if (isOne && numeric.type().isFloat() && numeric.op() == Op.REPLACE_LANE) {
            return; // both operands in one register
        }
        for (int i = 0; i < 3; i++) {
            put(buffer + 16 * i, operands[i]);
        }
        put(buffer + RESULT, V128.ZERO);
        V128 expected = opcode.immediate() == Immediate.NONE
                ? VectorEval.apply(numeric.op(), numeric.type(), operands[0], operands[1], operands[2])
                : count == 1
                        ? VectorEval.apply(numeric.op(), numeric.type(), operands[0], immediate)
                        : VectorEval.apply(numeric.op(), numeric.type(), operands[0], operands[1], immediate);
        Native.call(address, buffer, 0, 0);
        V128 actual = get(buffer + RESULT);
        int result = opcode.signature().result(0);
        if (result == ValueType.F32) {
            actual = new V128(actual.low() & 0xffff_ffffL, 0);
        } else if (!isVector(result)) {
            actual = new V128(actual.low(), 0);
        }
        String what = processor + " " + opcode.text() + " " + places + " of " + operands[0] + ", " + operands[1] + ", "
                + operands[2] + ", immediate " + immediate;
        assertEquals(expected, actual, () -> what);
        for (int i = 0; i < count; i++) {
            int at = i == 0 ? places.x : i == 1 ? places.y : places.z;
            if (at != places.dst && isVector(opcode.signature().parameter(i))) {
                assertEquals(operands[i], get(buffer + KEPT + 16 * i), () -> "operand lost: " + what);
            }
        }
    }

    private V128 vector(boolean isFloat, Type type) {
        int kind = random.nextInt(6);
        if (kind == 0) {
            return new V128(random.nextLong(), random.nextLong());
        }
        Type shape = isFloat && kind > 1
                ? (random.nextBoolean() ? Type.F32X4 : Type.F64X2)
                : type.isFloat() || type == Type.V128 ? Type.I32X4 : type;
        if (isFloat && type.isFloat() && random.nextInt(8) != 0) {
            shape = type;
        }
        V128 vector = V128.ZERO;
        for (int lane = 0; lane < shape.lanes(); lane++) {
            vector = vector.with(shape, lane, lane(shape));
        }
        return vector;
    }

    private long lane(Type shape) {
        if (shape.isFloat() && random.nextInt(5) == 0) {
            return shape == Type.F32X4 ? NAN_F32[random.nextInt(4)] : NAN_F64[random.nextInt(4)];
        }
        double number = FLOATS[random.nextInt(FLOATS.length)] * (random.nextInt(4) == 0 ? -1 : 1);
        return switch (shape) {
            case F32X4 -> Float.floatToRawIntBits((float) number);
            case F64X2 -> Double.doubleToRawLongBits(number);
            default -> {
                long bits = BITS[random.nextInt(BITS.length)];
                yield random.nextInt(3) == 0 ? random.nextLong() : bits;
            }
        };
    }

    private static void put(long address, V128 vector) {
        RawMemory.putLong(address, vector.low());
        RawMemory.putLong(address + 8, vector.high());
    }

    private static V128 get(long address) {
        return new V128(RawMemory.getLong(address), RawMemory.getLong(address + 8));
    }
}
