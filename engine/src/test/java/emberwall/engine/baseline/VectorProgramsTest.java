package emberwall.engine.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import emberwall.engine.Bounds;
import emberwall.engine.CompiledModule;
import emberwall.engine.Config;
import emberwall.engine.Engine;
import emberwall.engine.Function;
import emberwall.engine.FunctionType;
import emberwall.engine.Imports;
import emberwall.engine.Instance;
import emberwall.engine.Store;
import emberwall.engine.Tier;
import emberwall.op.V128;
import emberwall.testing.WasmBuilder;
import emberwall.testing.WasmBuilder.Code;
import emberwall.wasm.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random programs with vectors among values of all other types, in every place where values are kept or handed on:
 * machine code gives what the interpreter gives. How many there are is set by {@code emberwall.vectorPrograms}.
 */
class VectorProgramsTest {
    private static final int[] TYPES = {
        WasmBuilder.I32, WasmBuilder.I64, WasmBuilder.F32, WasmBuilder.F64, WasmBuilder.V128, WasmBuilder.V128
    };
    private static final int PROGRAMS = Integer.getInteger("emberwall.vectorPrograms", 40);
    private static final int FUNCTIONS = 8;
    private static final int GLOBALS = 6;

    /** and, xor, i8x16.add, i16x8.mul, i32x4.sub, i64x2.mul, i8x16.swizzle, f32x4.min, f64x2.add, i8x16.le_u, i64x2.gt_s */
    private static final int[] BINARY = {0x4e, 0x51, 0x6e, 0x95, 0xb1, 0xd5, 0x0e, 0xe8, 0xf0, 0x2a, 0xd9};
    // By type: all lanes from a scalar, and one lane as a scalar.
    private static final int[] SPLATS = {0x11, 0x12, 0x13, 0x14};
    private static final int[] EXTRACTS = {0x1b, 0x1d, 0x1f, 0x21};

    private final Random random = new Random(20);

    @Test
    void machineCodeAgreesWithTheInterpreter() {
        Config explicit = Config.builder()
                .tier(Tier.BASELINE)
                .bounds(Bounds.EXPLICIT)
                .cpuMask(0)
                .build();
        try (Engine reference =
                        Engine.start(Config.builder().tier(Tier.REFERENCE).build());
                Engine guard = Engine.start(Config.builder().tier(Tier.BASELINE).build());
                Engine least = Engine.start(explicit)) {
            for (int i = 0; i < PROGRAMS; i++) {
                Program program = new Program();
                byte[] module = program.build();
                Object[][] arguments = program.arguments();
                Object[] expected = run(reference, module, arguments);
                assertArrayEquals(expected, run(guard, module, arguments), "program " + i);
                assertArrayEquals(expected, run(least, module, arguments), "program " + i + ", least");
            }
        }
    }

    /** The results of all functions and then the globals. */
    private static Object[] run(Engine engine, byte[] bytes, Object[][] arguments) {
        List<Object> results = new ArrayList<>();
        try (CompiledModule module = engine.compile(bytes);
                Store store = engine.newStore()) {
            int[] sixth = {ValueType.V128, ValueType.I32};
            FunctionType host = FunctionType.of(sixth).returning(ValueType.V128, ValueType.I64, ValueType.V128);
            Instance instance = module.instantiate(store, Imports.of().function("host", "mix", host, call -> {
                V128 vector = call.v128(0);
                call.result(0, new V128(vector.high(), vector.low() ^ call.i32(1)));
                call.result(1, vector.low());
                call.result(2, vector);
            }));
            for (int i = 0; i < arguments.length; i++) {
                Function function = instance.function("f" + i);
                Object result = function.call(arguments[i]);
                results.add(result instanceof Object[] several ? List.of(bits(several)) : bits(result));
            }
            for (int i = 0; i < GLOBALS; i++) {
                results.add(bits(instance.global("g" + i).get()));
            }
        }
        return results.toArray();
    }

    private static Object[] bits(Object[] values) {
        Object[] bits = new Object[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = bits(values[i]);
        }
        return bits;
    }

    /** Floats as their bits: NaNs differ. */
    private static Object bits(Object value) {
        return switch (value) {
            case null -> "nothing";
            case Float number -> Float.floatToRawIntBits(number);
            case Double number -> Double.doubleToRawLongBits(number);
            default -> String.valueOf(value);
        };
    }

    private Object value(int type) {
        return switch (type) {
            case WasmBuilder.I32 -> random.nextInt();
            case WasmBuilder.I64 -> random.nextLong();
            case WasmBuilder.F32 -> (float) random.nextInt(1000) / 8;
            case WasmBuilder.F64 -> (double) random.nextInt(1000) / 8;
            default -> new V128(random.nextLong(), random.nextLong());
        };
    }

    private int type() {
        return TYPES[random.nextInt(TYPES.length)];
    }

    private int[] types(int most) {
        int[] types = new int[random.nextInt(most + 1)];
        for (int i = 0; i < types.length; i++) {
            types[i] = type();
        }
        return types;
    }

    /** A module whose functions call those before them. */
    private final class Program {
        private final WasmBuilder module = new WasmBuilder();
        private final List<int[]> parameters = new ArrayList<>();
        private final List<int[]> results = new ArrayList<>();
        private final int[] globals = new int[GLOBALS];

        byte[] build() {
            module.memory(1, 1);
            int[] from = {WasmBuilder.V128, WasmBuilder.I32};
            int[] to = {WasmBuilder.V128, WasmBuilder.I64, WasmBuilder.V128};
            module.importFunction("host", "mix", module.type(from, to));
            parameters.add(from);
            results.add(to);
            for (int i = 0; i < GLOBALS; i++) {
                globals[i] = type();
                module.global(
                        globals[i],
                        true,
                        constant(WasmBuilder.code(), globals[i]).end());
                module.exportGlobal("g" + i, i);
            }
            for (int i = 0; i < FUNCTIONS; i++) {
                int[] takes = types(14);
                int[] gives = types(random.nextInt(4) == 0 ? 14 : 3);
                int[] locals = types(random.nextInt(3) == 0 ? 60 : 6);
                Code code = new Body(takes, locals).write(gives);
                module.exportFunction("f" + i, module.function(module.type(takes, gives), locals, code));
                parameters.add(takes);
                results.add(gives);
            }
            return module.build();
        }

        Object[][] arguments() {
            Object[][] arguments = new Object[FUNCTIONS][];
            for (int i = 0; i < FUNCTIONS; i++) {
                int[] takes = parameters.get(i + 1);
                arguments[i] = new Object[takes.length];
                for (int j = 0; j < takes.length; j++) {
                    arguments[i][j] = value(takes[j]);
                }
            }
            return arguments;
        }

        private Code constant(Code code, int type) {
            return switch (type) {
                case WasmBuilder.I32 -> code.i32(random.nextInt());
                case WasmBuilder.I64 -> code.i64(random.nextLong());
                case WasmBuilder.F32 -> code.f32(random.nextInt(100));
                case WasmBuilder.F64 -> code.f64(random.nextInt(100));
                default -> {
                    boolean isZero = random.nextInt(4) == 0;
                    code.op(0xfd, 0x0c).little(isZero ? 0 : random.nextLong(), 8);
                    yield code.little(isZero ? 0 : random.nextLong(), 8);
                }
            };
        }

        /** A body that pushes what it is asked for. */
        private final class Body {
            private final Code code = WasmBuilder.code();
            private final int[] locals;
            private int budget = 60;

            Body(int[] takes, int[] declared) {
                locals = java.util.Arrays.copyOf(takes, takes.length + declared.length);
                System.arraycopy(declared, 0, locals, takes.length, declared.length);
            }

            Code write(int[] gives) {
                for (int i = random.nextInt(6); i >= 0; i--) {
                    statement(3);
                }
                for (int type : gives) {
                    push(type, 4);
                }
                return code.end();
            }

            private void statement(int depth) {
                int kind = random.nextInt(6);
                if (kind == 0 && locals.length > 0) {
                    int local = random.nextInt(locals.length);
                    push(locals[local], depth);
                    code.set(local);
                } else if (kind == 1) {
                    int global = random.nextInt(GLOBALS);
                    push(globals[global], depth);
                    code.op(0x24, global);
                } else if (kind == 2) {
                    call(random.nextInt(parameters.size()), depth);
                } else if (kind == 3) {
                    code.i32(random.nextInt(60_000));
                    push(WasmBuilder.V128, depth);
                    boolean isLane = random.nextBoolean();
                    code.op(0xfd).memory(isLane ? 0x59 : 0x0b, 0, random.nextInt(100));
                    if (isLane) {
                        code.op(random.nextInt(8));
                    }
                } else if (kind == 4 && depth > 0) {
                    push(WasmBuilder.I32, depth - 1);
                    code.op(0x04, WasmBuilder.EMPTY);
                    statement(depth - 1);
                    code.op(0x05);
                    statement(depth - 1);
                    code.end();
                } else if (depth > 0) { // a loop that never turns, which a table leaves
                    code.op(0x02, WasmBuilder.EMPTY, 0x03, WasmBuilder.EMPTY);
                    statement(depth - 1);
                    push(WasmBuilder.I32, 0);
                    code.op(0x41, 1, 0x71, 0x0e, 1, 1, 1).end().end();
                }
            }

            /** Calls a function and keeps its results in locals and globals, or drops them. */
            private void call(int function, int depth) {
                for (int type : parameters.get(function)) {
                    push(type, Math.min(depth - 1, 1));
                }
                code.call(function);
                int[] gives = results.get(function);
                for (int i = gives.length - 1; i >= 0; i--) {
                    take(gives[i]);
                }
            }

            private void take(int type) {
                for (int local = 0; local < locals.length; local++) {
                    if (locals[local] == type && random.nextInt(3) == 0) {
                        code.set(local);
                        return;
                    }
                }
                code.op(0x1a);
            }

            private void push(int type, int depth) {
                if (depth <= 0 || budget-- <= 0) {
                    leaf(type);
                    return;
                }
                switch (random.nextInt(6)) {
                    case 0 -> {
                        push(type, depth - 1);
                        push(type, depth - 1);
                        push(WasmBuilder.I32, depth - 1);
                        code.op(0x1c, 1, type);
                    }
                    case 1 -> {
                        code.op(0x02, type);
                        push(type, depth - 1);
                        push(WasmBuilder.I32, depth - 1);
                        code.op(0x0d, 0);
                        code.op(0x1a);
                        push(type, depth - 1);
                        code.end();
                    }
                    case 2 -> {
                        push(WasmBuilder.I32, depth - 1);
                        code.op(0x04, type);
                        push(type, depth - 1);
                        code.op(0x05);
                        push(type, depth - 1);
                        code.end();
                    }
                    default -> {
                        if (type == WasmBuilder.V128) {
                            vector(depth);
                        } else if (random.nextBoolean()) {
                            push(WasmBuilder.V128, depth - 1);
                            int lanes = type == WasmBuilder.I32 || type == WasmBuilder.F32 ? 4 : 2;
                            code.op(0xfd, EXTRACTS[WasmBuilder.I32 - type], random.nextInt(lanes));
                        } else {
                            leaf(type);
                        }
                    }
                }
            }

            private void vector(int depth) {
                switch (random.nextInt(6)) {
                    case 0 -> {
                        int type = TYPES[random.nextInt(4)];
                        push(type, depth - 1);
                        code.op(0xfd, SPLATS[WasmBuilder.I32 - type]);
                    }
                    case 1 -> {
                        push(WasmBuilder.V128, depth - 1);
                        push(WasmBuilder.V128, depth - 1);
                        push(WasmBuilder.V128, depth - 1);
                        code.op(0xfd, 0x52);
                    }
                    case 2 -> {
                        push(WasmBuilder.V128, depth - 1);
                        push(WasmBuilder.I32, depth - 1);
                        code.op(0xfd).u(0xcc); // i64x2.shr_s
                    }
                    case 3 -> {
                        code.i32(random.nextInt(60_000));
                        code.op(0xfd).memory(random.nextInt(11), 0, random.nextInt(100));
                    }
                    default -> {
                        push(WasmBuilder.V128, depth - 1);
                        push(WasmBuilder.V128, depth - 1);
                        code.op(0xfd).u(BINARY[random.nextInt(BINARY.length)]);
                    }
                }
            }

            private void leaf(int type) {
                if (random.nextInt(4) == 0) {
                    constant(code, type);
                    return;
                }
                for (int tries = 0; tries < 20 && locals.length > 0; tries++) {
                    int local = random.nextInt(locals.length);
                    if (locals[local] == type) {
                        code.get(local);
                        return;
                    }
                }
                for (int global = 0; global < GLOBALS; global++) {
                    if (globals[global] == type) {
                        code.op(0x23, global);
                        return;
                    }
                }
                constant(code, type);
            }
        }
    }
}
