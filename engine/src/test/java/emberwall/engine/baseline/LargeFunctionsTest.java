package emberwall.engine.baseline;

import static emberwall.testing.WasmBuilder.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.engine.CompiledModule;
import emberwall.engine.Config;
import emberwall.engine.Engine;
import emberwall.engine.Imports;
import emberwall.engine.Instance;
import emberwall.engine.Tier;
import emberwall.engine.Trap;
import emberwall.engine.code.ModuleContext;
import emberwall.engine.code.ReferenceMap;
import emberwall.engine.store.InstanceLayout;
import emberwall.engine.store.ObjectType;
import emberwall.engine.store.RuntimeFunction;
import emberwall.op.TrapReason;
import emberwall.testing.WasmBuilder;
import emberwall.wasm.Feature;
import emberwall.wasm.Features;
import emberwall.wasm.FunctionInfo;
import emberwall.wasm.Limits;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.Validator;
import emberwall.wasm.text.WatParser;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Functions as large as they may be: right, and their code is no more than so many times their bytecode. */
class LargeFunctionsTest {
    private static final int[] NONE = {};
    /** The most bytes of code for a byte of WebAssembly. */
    private static final int MOST = 30;

    private static int[] many(int count) {
        int[] all = {I32, I64, F32, F64};
        int[] types = new int[count];
        for (int i = 0; i < count; i++) {
            types[i] = all[i % 4];
        }
        return types;
    }

    private static void run(WasmBuilder module, Consumer<Instance> test) {
        try (Engine engine = Engine.start(Config.builder().tier(Tier.BASELINE).build());
                CompiledModule compiled = engine.compile(module.build());
                Instance instance = compiled.instantiate(Imports.of())) {
            test.accept(instance);
        }
    }

    /** A module's functions, compiled but not run: their code in relation to their bytecode. */
    private static void checkSize(WasmBuilder builder) {
        checkSize(ModuleParser.parse(builder.build()));
    }

    private static void checkSize(Module module) {
        Facts facts = new Facts(module);
        BaselineCompiler compiler = new BaselineCompiler(() -> false);
        Validator validator = new Validator(module, Limits.DEFAULT, Validator.LOOPS);
        for (int i = 0; i < module.functionCount(); i++) {
            int length = compiler.compile(facts, validator.validate(i), false).length();
            int bytecode = module.bodyEnd(i) - module.bodyOffset(i);
            assertTrue(length < 4096 + (long) MOST * bytecode, length + " bytes of code for " + bytecode);
        }
    }

    private record Facts(Module module) implements ModuleContext {
        @Override
        public InstanceLayout layout() {
            return new InstanceLayout(0, module.tableCount(), module.memoryCount(), 0, module.globalCount());
        }

        @Override
        public long cellAddress(int function) {
            return 0x10_0000 + 8L * function;
        }

        @Override
        public long runtimeCell(RuntimeFunction function) {
            return 0;
        }

        @Override
        public int canonicalType(int typeIndex) {
            return typeIndex;
        }

        @Override
        public ObjectType objectType(int typeIndex) {
            throw new AssertionError("no objects here");
        }

        @Override
        public boolean isShort(int memory) {
            return false;
        }

        @Override
        public boolean guarded(int memory) {
            return true;
        }

        @Override
        public boolean tailCallsLeave() {
            return false;
        }

        @Override
        public boolean polls() {
            return true;
        }

        @Override
        public boolean moves(int memory) {
            return !guarded(memory);
        }

        @Override
        public boolean masking() {
            return true;
        }

        @Override
        public long cpuFeatures() {
            return -1;
        }
    }

    @Test
    void aThousandValuesTravel() {
        int[] types = many(1000);
        WasmBuilder module = new WasmBuilder();
        int signature = module.type(types, types);
        Code identity = code();
        for (int i = 0; i < 1000; i++) {
            identity.get(i);
        }
        int same = module.function(signature, NONE, identity.end());
        // Through calls, branches that take them along over others, and a loop.
        Code chain = code();
        chain.i32(7).i64(8);
        for (int i = 0; i < 1000; i++) {
            chain.get(i);
        }
        chain.call(same).i32(0).op(0x0D, 0).call(same);
        chain.op(0x02).s(signature).i32(0).op(0x0D, 0).i32(1).op(0x0D, 0).op(0x00, 0x0B);
        chain.op(0x03)
                .s(signature)
                .get(0)
                .i32(0)
                .op(0x47, 0x0D, 1, 0x0B)
                .op(0x0F)
                .end();
        int far = module.function(signature, NONE, chain);
        module.exportFunction("same", same);
        module.exportFunction("far", far);
        Object[] arguments = new Object[1000];
        for (int i = 0; i < 1000; i++) {
            arguments[i] = switch (i % 4) {
                case 0 -> (Object) (i - 500);
                case 1 -> (Object) (i * 0x1_0000_0001L);
                case 2 -> (Object) (i * 0.5f);
                default -> (Object) (i * 0.25);
            };
        }
        run(module, instance -> {
            for (String name : new String[] {"same", "far"}) {
                Object[] results = (Object[]) instance.function(name).call(arguments);
                for (int i = 0; i < 1000; i++) {
                    assertEquals(arguments[i], results[i], name + " " + i);
                }
            }
        });
    }

    @Test
    void manyBranchesWithManyValuesAreSmall() {
        int[] types = many(1000);
        WasmBuilder module = new WasmBuilder();
        int signature = module.type(NONE, types);
        int both = module.type(types, types);
        int zeros = module.function(
                signature, new int[] {I32, I64, F32, F64}, zeros(code()).end());
        Code body = code().i32(1).call(zeros);
        for (int i = 0; i < 3000; i++) {
            body.i32(0).op(0x0D, 0).call(1).op(0x02).s(both).i32(1).op(0x0D, 0, 0x0B);
        }
        module.function(both, NONE, zeros(code(), 1000).end());
        module.exportFunction(
                "f", module.function(signature, NONE, body.op(0x0F).end()));
        checkSize(module);
    }

    private static Code zeros(Code code) {
        return zeros(code, 0);
    }

    private static Code zeros(Code code, int firstLocal) {
        for (int i = 0; i < 1000; i++) {
            code.get(firstLocal == 0 ? i % 4 : i);
        }
        return code;
    }

    @Test
    void fiftyThousandLocals() {
        int count = 49_000;
        WasmBuilder module = new WasmBuilder();
        int signature = module.type(new int[] {I64}, new int[] {I64});
        Code body = code();
        body.get(0).op(0x50, 0x04, I64).i64(0).op(0x05);
        body.get(0).set(count).get(0).i64(1).op(0x7D).set(1);
        body.get(1)
                .call(0)
                .get(count)
                .op(0x7C)
                .get(count - 1)
                .op(0x7C)
                .get(2)
                .op(0x7C, 0x0B)
                .end();
        int[] locals = new int[count];
        java.util.Arrays.fill(locals, I64);
        module.exportFunction("sum", module.function(signature, locals, body));
        checkSize(module);
        run(module, instance -> {
            // The sum of 1 and 0, of which frames of 400 kB make room for two.
            assertEquals(1L, instance.function("sum").call(1L));
            Trap trap = assertThrows(Trap.class, () -> instance.function("sum").call(100_000L));
            assertEquals(TrapReason.STACK_EXHAUSTED, trap.reason());
            assertEquals(1L, instance.function("sum").call(1L));
        });
    }

    @Test
    void aTableOfManyJumps() {
        int entries = 200_000;
        WasmBuilder module = new WasmBuilder();
        int signature = module.type(new int[] {I32}, new int[] {I32});
        Code body =
                code().op(0x02, EMPTY, 0x02, EMPTY, 0x02, EMPTY).get(0).op(0x0E).u(entries);
        for (int i = 0; i < entries; i++) {
            body.op(i % 3);
        }
        body.op(2).end().i32(10).op(0x0F).end().i32(11).op(0x0F).end().i32(12).end();
        module.exportFunction("jump", module.function(signature, NONE, body));
        checkSize(module);
        run(module, instance -> {
            for (int i : new int[] {0, 1, 2, 3, 777, 65_535, entries - 1}) {
                assertEquals(10 + i % 3, instance.function("jump").call(i));
            }
            for (int i : new int[] {entries, entries + 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
                assertEquals(12, instance.function("jump").call(i));
            }
        });
    }

    @Test
    void deepNesting() {
        int depth = 150_000;
        WasmBuilder module = new WasmBuilder();
        int signature = module.type(new int[] {I32, I32}, new int[] {I32});
        Code body = code();
        for (int i = 0; i < depth; i++) {
            body.op(i % 3 == 2 ? 0x03 : 0x02, EMPTY)
                    .get(1)
                    .i32(i)
                    .op(0x46, 0x0D)
                    .u(i / 2);
        }
        for (int i = 0; i < depth; i++) {
            body.get(0).i32(1).op(0x6A).set(0).end();
        }
        module.exportFunction(
                "nest", module.function(signature, new int[] {I64}, body.get(0).end()));
        checkSize(module);
        run(module, instance -> assertEquals(depth, instance.function("nest").call(0, -1)));
    }

    @Test
    void manyOperandsUnderManyBranches() {
        int count = 100_000;
        WasmBuilder module = new WasmBuilder();
        int signature = module.type(new int[] {I32}, new int[] {I32});
        Code body = code().op(0x02, EMPTY);
        for (int i = 0; i < count; i++) {
            body.get(0).get(0).op(0x0D, 0);
        }
        for (int i = 0; i < count; i++) {
            body.op(0x1A);
        }
        module.exportFunction(
                "pile", module.function(signature, NONE, body.end().get(0).end()));
        checkSize(module);
        run(module, instance -> assertEquals(5, instance.function("pile").call(5)));
    }

    /** Handlers in each other, of both forms, in front of locals that are constants, and what all of them catch. */
    @Test
    void manyHandlers() {
        int depth = 20_000;
        String text = "(module (tag $a) (tag $b (param i32)) (func $throw throw $a)"
                + "(func (export \"new\") (result i32) (local i32)"
                + " block i32.const 1 local.set 0 try_table (catch $a 0) (catch_all 0)".repeat(depth)
                + " call $throw"
                + " end end local.get 0 i32.const 1 i32.add local.set 0".repeat(depth)
                + " local.get 0)"
                + "(func (export \"old\") (result i32) (local i32)"
                + " try".repeat(depth)
                + " call $throw"
                + " catch $b drop catch_all local.get 0 i32.const 1 i32.add local.set 0 rethrow 0 end".repeat(depth - 1)
                + " catch_all end local.get 0)"
                + "(func (export \"delegated\") (result i32)"
                + " try (result i32) i32.const 2"
                + " try".repeat(depth)
                + " call $throw"
                + " delegate 0".repeat(depth)
                + " catch_all i32.const 5 end))";
        byte[] bytes = WatParser.parse(text).bytes();
        checkSize(ModuleParser.parse(bytes, Limits.DEFAULT, Features.ALL));
        Config config = Config.builder()
                .tier(Tier.BASELINE)
                .features(Features.WASM_3.with(Feature.LEGACY_EXCEPTIONS))
                .build();
        try (Engine engine = Engine.start(config);
                CompiledModule compiled = engine.compile(bytes);
                Instance instance = compiled.instantiate(Imports.of())) {
            assertEquals(depth + 1, instance.function("new").call());
            assertEquals(depth - 1, instance.function("old").call());
            assertEquals(5, instance.function("delegated").call());
        }
    }

    /** Constants that no handler sees, under many calls that handlers are around. */
    @Test
    void manyConstantsUnderManyCallsInATry() {
        int count = 50_000;
        String text = "(module (func $nothing) (func (export \"f\") (result i32) (local i32)"
                + " block try_table (catch_all 0)"
                + " i32.const 3".repeat(count)
                + " call $nothing".repeat(count)
                + " i32.add".repeat(count - 1)
                + " local.set 0 end end local.get 0))";
        byte[] bytes = WatParser.parse(text).bytes();
        checkSize(ModuleParser.parse(bytes));
        try (Engine engine = Engine.start(Config.builder().tier(Tier.BASELINE).build());
                CompiledModule compiled = engine.compile(bytes);
                Instance instance = compiled.instantiate(Imports.of())) {
            assertEquals(3 * count, instance.function("f").call());
        }
    }

    @Test
    void longWorkCanBeInterrupted() {
        WasmBuilder module = new WasmBuilder();
        Code body = code();
        for (int i = 0; i < 100_000; i++) {
            body.op(0x01);
        }
        module.function(module.type(NONE, NONE), NONE, body.end());
        Module parsed = ModuleParser.parse(module.build());
        Validator validator = new Validator(parsed, Limits.DEFAULT, Validator.LOOPS);
        BaselineCompiler compiler = new BaselineCompiler(() -> true);
        assertThrows(
                CancellationException.class, () -> compiler.compile(new Facts(parsed), validator.validate(0), false));
    }

    /** What is noted of references is as large as what is written, not as what lies below each call. */
    @Test
    void manyReferencesUnderManyCalls() {
        int operands = 5_000;
        int calls = 100_000;
        String text = "(module (func) (func (param externref) (local"
                + " externref i32".repeat(20_000) + ")"
                + " local.get 0 i32.const 1 ref.null extern".repeat(operands)
                + " ref.null extern call 0 drop".repeat(calls)
                + " drop drop drop".repeat(operands) + "))";
        Module module = ModuleParser.parse(WatParser.parse(text).bytes());
        Validator validator = new Validator(module, Limits.DEFAULT, Validator.LOOPS);
        FunctionInfo info = validator.validate(1);
        ReferenceMap map = new BaselineCompiler(() -> false)
                .compile(new Facts(module), info, false)
                .references();
        int places = 2 * (20_001 + 2 * operands + 2 * calls);
        assertTrue(map.size() > 2 * calls && map.size() <= places, map.size() + " numbers");
    }
}
