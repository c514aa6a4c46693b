package emberwall.engine.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import emberwall.engine.CompiledModule;
import emberwall.engine.Config;
import emberwall.engine.Engine;
import emberwall.engine.Imports;
import emberwall.engine.Instance;
import emberwall.engine.Tier;
import emberwall.engine.Trap;
import emberwall.op.Eval;
import emberwall.op.FaultException;
import emberwall.op.Op;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import emberwall.os.Cpu;
import emberwall.testing.WasmBuilder;
import emberwall.testing.WasmBuilder.Code;
import emberwall.wasm.Feature;
import emberwall.wasm.Meaning;
import emberwall.wasm.Opcode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Every row of the table whose meaning is one scalar operator, for edge values in all places where a compiler may find its
 * operands, computes what {@link Eval} says.
 */
class OperatorsTest {
    private static final long[] WORDS = {
        0,
        1,
        2,
        3,
        5,
        7,
        10,
        31,
        32,
        33,
        63,
        64,
        127,
        128,
        255,
        256,
        0x7FFF,
        0x8000,
        0xFFFF,
        0x10000,
        0x12345678L,
        0x7FFF_FFFFL,
        0x8000_0000L,
        0x8000_0001L,
        0xFFFF_FFFEL,
        0xFFFF_FFFFL,
        0x1_0000_0000L,
        0x1234_5678_9ABC_DEF0L,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        Long.MIN_VALUE + 1,
        -2,
        -1,
        -7,
        -64,
        -128,
        0xFFFF_8000_0000_0000L
    };

    private static final double[] FLOATS = {
        0.0,
        -0.0,
        0.25,
        -0.25,
        0.5,
        -0.5,
        0.75,
        1.0,
        -1.0,
        1.5,
        2.5,
        -2.5,
        3.5,
        -3.7,
        1e10,
        -1e10,
        1e300,
        -1e-300,
        0x1p-149,
        0x1p-1074,
        0x1p23,
        0x1p23 + 0.5,
        0x1p52,
        0x1p52 - 0.5,
        -0x1p52,
        0x1p24,
        2147483647.0,
        2147483648.0,
        2147483520.0,
        -2147483648.0,
        -2147483649.0,
        -2147483904.0,
        4294967295.0,
        4294967296.0,
        0x1p63,
        -0x1p63,
        0x1.fffffep62,
        -0x1.000002p63,
        0x1p64,
        0x1.fffffffffffffp63,
        Math.PI,
        Double.MAX_VALUE,
        Double.MIN_VALUE,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.NaN,
        Float.MAX_VALUE
    };

    /** Of so many pairs, one is tried as two constants. */
    private static final int FOLDED = 7;

    @Test
    void theProcessorsBest() {
        check(-1);
    }

    @Test
    void theProcessorsLeast() {
        check(0);
    }

    @Test
    void withoutThreeOperands() {
        check(~Cpu.Feature.AVX.bit());
    }

    private static void check(long cpu) {
        Config config = Config.builder().tier(Tier.BASELINE).cpuMask(cpu).build();
        try (Engine engine = Engine.start(config)) {
            for (int i = 0; i < Opcode.count(); i++) {
                Opcode opcode = Opcode.at(i);
                if (opcode.meaning() instanceof Meaning.Numeric numeric
                        && !numeric.type().isVector()
                        && numeric.op().arity() <= 2
                        && BaselineCompiler.FEATURES.has(opcode.feature())
                        && opcode.feature() != Feature.WIDE_ARITHMETIC) {
                    new Row(engine, opcode, numeric.op(), numeric.type()).check();
                }
            }
        }
    }

    /** One row of the table. Operands and results of its functions are i64 words. */
    private record Row(Engine engine, Opcode opcode, Op op, Type type) {
        void check() {
            long[] xs = values(source());
            long[] ys = op.arity() == 2 ? values(source()) : new long[] {0};
            WasmBuilder module = new WasmBuilder();
            int nothing = module.function(
                    module.type(new int[] {}, new int[] {}),
                    new int[] {},
                    WasmBuilder.code().end());
            int signature = module.type(new int[] {WasmBuilder.I64, WasmBuilder.I64}, new int[] {WasmBuilder.I64});
            int[] locals = {wasm(source()), wasm(source()), wasm(result())};
            List<Code> places = op.arity() == 2 ? binary(nothing) : unary(nothing);
            for (int i = 0; i < places.size(); i++) {
                Code body = WasmBuilder.code();
                word(body.get(0)).set(2);
                word(body.get(1)).set(3);
                body.append(places.get(i));
                back(body).end();
                module.exportFunction("p" + i, module.function(signature, locals, body));
            }
            constants(module, signature, locals, xs, ys);
            try (CompiledModule compiled = engine.compile(module.build());
                    Instance instance = compiled.instantiate(Imports.of())) {
                for (int i = 0; i < xs.length; i++) {
                    for (int j = 0; j < ys.length; j++) {
                        for (int place = 0; place < places.size(); place++) {
                            compare(instance, "p" + place, xs[i], ys[j], xs[i], ys[j]);
                        }
                        compare(instance, "x" + i, xs[i], ys[j], 0, ys[j]);
                        if (op.arity() == 2) {
                            compare(instance, "y" + j, xs[i], ys[j], xs[i], 0);
                            if ((i + j) % FOLDED == 0) {
                                compare(instance, "f" + i + "," + j, xs[i], ys[j], 0, 0);
                            }
                        }
                    }
                }
            }
        }

        private List<Code> unary(int nothing) {
            List<Code> places = new ArrayList<>();
            places.add(apply(WasmBuilder.code().get(2)));
            places.add(apply(WasmBuilder.code().get(2).call(nothing)));
            places.add(apply(WasmBuilder.code().get(2)).set(4).get(4));
            if (source() == result()) {
                places.add(apply(WasmBuilder.code().get(2)).set(2).get(2));
            }
            if (op == Op.EQZ) {
                conditions(places, WasmBuilder.code().get(2));
            }
            return places;
        }

        private List<Code> binary(int nothing) {
            List<Code> places = new ArrayList<>();
            places.add(apply(WasmBuilder.code().get(2).get(3)));
            places.add(apply(WasmBuilder.code().get(2).call(nothing).get(3)));
            places.add(apply(WasmBuilder.code().get(2).get(3).call(nothing)));
            places.add(
                    apply(WasmBuilder.code().get(3).get(2).set(3).set(2).get(3).get(2)));
            places.add(apply(WasmBuilder.code().get(2).get(3)).set(4).get(4));
            places.add(apply(WasmBuilder.code().get(2).get(3))
                    .get(2)
                    .op(0x1A)
                    .get(3)
                    .op(0x1A));
            if (source() == result()) {
                places.add(apply(WasmBuilder.code().get(2).get(3)).set(2).get(2));
                places.add(apply(WasmBuilder.code().get(2).get(3)).set(3).get(3));
                places.add(
                        apply(WasmBuilder.code().get(2).get(3)).tee(2).op(0x1A).get(2));
            }
            if (op.isComparison()) {
                conditions(places, WasmBuilder.code().get(2).get(3));
            }
            return places;
        }

        /** What may consume a condition. */
        private void conditions(List<Code> places, Code operands) {
            int i32 = WasmBuilder.I32;
            places.add(apply(WasmBuilder.code().op(0x02, i32).i32(1).append(operands))
                    .op(0x0D, 0)
                    .op(0x1A)
                    .i32(0)
                    .end());
            places.add(apply(WasmBuilder.code().append(operands))
                    .op(0x04, i32)
                    .i32(1)
                    .op(0x05)
                    .i32(0)
                    .end());
            places.add(apply(WasmBuilder.code().append(operands))
                    .op(0x45, 0x04, i32)
                    .i32(0)
                    .op(0x05)
                    .i32(1)
                    .end());
            places.add(apply(WasmBuilder.code().i32(1).i32(0).append(operands)).op(0x1B));
            places.add(apply(WasmBuilder.code().i32(0).i32(1).append(operands)).op(0x45, 0x1B));
            places.add(apply(WasmBuilder.code().append(operands)).op(0x45, 0x45));
            // A select of floats, in the place of whose operands others wait.
            Code floats =
                    apply(WasmBuilder.code().f64(1).f64(0).append(operands)).op(0x1B, 0xAA);
            places.add(floats);
        }

        /** Functions for each constant on either side, and for both. */
        private void constants(WasmBuilder module, int signature, int[] locals, long[] xs, long[] ys) {
            for (int i = 0; i < xs.length; i++) {
                Code body = word(WasmBuilder.code().get(1)).set(3);
                constant(body, xs[i]);
                if (op.arity() == 2) {
                    body.get(3);
                }
                module.exportFunction(
                        "x" + i,
                        module.function(signature, locals, back(apply(body)).end()));
            }
            if (op.arity() < 2) {
                return;
            }
            for (int j = 0; j < ys.length; j++) {
                Code body = word(WasmBuilder.code().get(0)).set(2).get(2);
                constant(body, ys[j]);
                module.exportFunction(
                        "y" + j,
                        module.function(signature, locals, back(apply(body)).end()));
                for (int i = (FOLDED - j % FOLDED) % FOLDED; i < xs.length; i += FOLDED) {
                    Code both = constant(constant(WasmBuilder.code(), xs[i]), ys[j]);
                    module.exportFunction(
                            "f" + i + "," + j,
                            module.function(signature, locals, back(apply(both)).end()));
                }
            }
        }

        private void compare(Instance instance, String function, long x, long y, long first, long second) {
            long expected = 0;
            TrapReason reason = null;
            try {
                expected = Eval.apply(op, type, x, y);
            } catch (FaultException e) {
                reason = e.fault().reason();
            }
            String what = opcode.text() + " " + function + " of " + Long.toHexString(x) + ", " + Long.toHexString(y);
            try {
                long actual = (long) instance.function(function).call(first, second);
                if (reason != null) {
                    fail(what + " did not trap");
                }
                if (!isSameNan(expected, actual)) {
                    assertEquals(Long.toHexString(expected), Long.toHexString(actual), what);
                }
            } catch (Trap trap) {
                assertEquals(reason, trap.reason(), what);
            }
        }

        /** The sign and payload of a NaN that arithmetic makes are free within limits that the official suite checks. */
        private boolean isSameNan(long expected, long actual) {
            boolean bitwise = op == Op.ABS || op == Op.NEG || op == Op.COPYSIGN || op == Op.REINTERPRET;
            return switch (result()) {
                case F32 ->
                    !bitwise
                            && Float.isNaN(Float.intBitsToFloat((int) expected))
                            && (actual & 0xFFFF_FFFF_7FC0_0000L) == 0x7FC0_0000L;
                case F64 ->
                    !bitwise
                            && Double.isNaN(Double.longBitsToDouble(expected))
                            && (actual & 0x7FF8_0000_0000_0000L) == 0x7FF8_0000_0000_0000L;
                default -> false;
            };
        }

        // ---- code

        private Code apply(Code code) {
            return opcode.prefix() == 0
                    ? code.op(opcode.code())
                    : code.op(opcode.prefix()).u(opcode.number());
        }

        /** The i64 on the stack as an operand. */
        private Code word(Code code) {
            return switch (source()) {
                case I32 -> code.op(0xA7);
                case F32 -> code.op(0xA7, 0xBE);
                case F64 -> code.op(0xBF);
                default -> code;
            };
        }

        /** The result on the stack as an i64. */
        private Code back(Code code) {
            return switch (result()) {
                case I32 -> code.op(0xAD);
                case F32 -> code.op(0xBC, 0xAD);
                case F64 -> code.op(0xBD);
                default -> code;
            };
        }

        private Code constant(Code code, long bits) {
            return switch (source()) {
                case I32 -> code.i32((int) bits);
                case I64 -> code.i64(bits);
                case F32 -> code.op(0x43).little(bits, 4);
                default -> code.op(0x44).little(bits, 8);
            };
        }

        private static int wasm(Type type) {
            return switch (type) {
                case I32 -> WasmBuilder.I32;
                case I64 -> WasmBuilder.I64;
                case F32 -> WasmBuilder.F32;
                default -> WasmBuilder.F64;
            };
        }

        private Type result() {
            return op.isComparison() ? Type.I32 : type;
        }

        private Type source() {
            return switch (op) {
                case WRAP, CONVERT_I64_S, CONVERT_I64_U -> Type.I64;
                case EXTEND_I32_S, EXTEND_I32_U, CONVERT_I32_S, CONVERT_I32_U -> Type.I32;
                case TRUNC_F32_S, TRUNC_F32_U, TRUNC_SAT_F32_S, TRUNC_SAT_F32_U, PROMOTE -> Type.F32;
                case TRUNC_F64_S, TRUNC_F64_U, TRUNC_SAT_F64_S, TRUNC_SAT_F64_U, DEMOTE -> Type.F64;
                case REINTERPRET ->
                    switch (type) {
                        case I32 -> Type.F32;
                        case I64 -> Type.F64;
                        case F32 -> Type.I32;
                        default -> Type.I64;
                    };
                default -> type;
            };
        }
    }

    private static long[] values(Type type) {
        boolean isFloat = type.isFloat();
        long[] values = new long[isFloat ? FLOATS.length : WORDS.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (type) {
                case I32 -> WORDS[i] & 0xFFFF_FFFFL;
                case I64 -> WORDS[i];
                case F32 -> Float.floatToRawIntBits((float) FLOATS[i]) & 0xFFFF_FFFFL;
                default -> Double.doubleToRawLongBits(FLOATS[i]);
            };
        }
        return values;
    }
}
