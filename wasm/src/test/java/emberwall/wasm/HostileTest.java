package emberwall.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.testing.WasmBuilder;
import emberwall.testing.WasmBuilder.Code;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the bytes say, the outcome is a module or a {@link ModuleException}, and costs little. The timeouts catch hangs. */
@Timeout(120)
class HostileTest {
    private static final int DEEP = 1_000_000;
    private static final int[] NONE = {};

    /** Reads everything there is to read. */
    private static Module readAll(byte[] bytes) {
        Module module = ModuleParser.parse(bytes, Limits.DEFAULT, Features.ALL);
        Validator validator = new Validator(module, Limits.DEFAULT, Validator.SIDE_TABLE | Validator.LOOPS);
        for (int function = module.importedFunctions(); function < module.functionCount(); function++) {
            validator.validate(function);
            module.locals(function);
        }
        return module;
    }

    /** Whether the bytes are accepted; any other exception than that of a refused module fails the test. */
    private static boolean survives(byte[] bytes) {
        try {
            Module module = readAll(bytes);
            FeatureScan.first(module, new Features(Feature.MVP.bit()));
            for (int function = 0; function < Math.min(3, module.functionCount()); function++) {
                module.functionName(function);
                module.names().local(function, 0);
            }
            new TypeRegistry().register(module.types()).close();
            return true;
        } catch (ModuleException refused) {
            assertTrue(refused.offset() >= 0 && refused.offset() <= bytes.length, refused::toString);
            return false;
        }
    }

    private static byte[] module(Code body) {
        return module(body, NONE);
    }

    private static byte[] module(Code body, int[] results) {
        WasmBuilder builder = new WasmBuilder();
        builder.function(builder.type(NONE, results), NONE, body);
        return builder.build();
    }

    /** Indices of which 32 bits look like a type: i32, and a reference to what there is not. */
    @ParameterizedTest
    @ValueSource(longs = {0x8000_0000L, 0xFFFF_FFFEL, 0xBECF_BF81L})
    void blockTypesBeyondAllTypesAreUnknown(long index) {
        Code body = WasmBuilder.code().op(0x02);
        for (int shift = 0; shift < 28; shift += 7) {
            body.op((int) (index >>> shift & 0x7F | 0x80));
        }
        body.op((int) (index >>> 28)).op(0x00).end().op(0x1A).end();
        ModuleException refused = assertThrows(InvalidException.class, () -> readAll(module(body)));
        assertTrue(refused.getMessage().contains("unknown type"), refused::toString);
    }

    // Depth.

    @ParameterizedTest
    @CsvSource({"0x02, false", "0x03, false", "0x04, true", "0x06, false", "0x1F, false"})
    void nestsToAnyDepth(String opcodeText, boolean condition) {
        int opcode = Integer.decode(opcodeText);
        Code body = WasmBuilder.code();
        for (int i = 0; i < DEEP; i++) {
            if (condition) {
                body.op(0x41, 1);
            }
            body.op(opcode, WasmBuilder.EMPTY);
            if (opcode == 0x1F) {
                body.op(0);
            }
        }
        Code closed = WasmBuilder.code().append(body);
        for (int i = 0; i < DEEP; i++) {
            closed.op(0x0C, Math.min(i & 7, DEEP - i)).end();
        }
        readAll(module(closed.end()));
        ModuleException open = assertThrows(ModuleException.class, () -> readAll(module(body)));
        assertTrue(open instanceof MalformedException, open::toString);
    }

    @Test
    void branchesFromTheDepthsToTheTop() {
        Code body = WasmBuilder.code();
        int deep = 500_000;
        for (int i = 0; i < deep; i++) {
            body.op(0x02, WasmBuilder.EMPTY);
        }
        for (int i = 0; i < deep; i++) {
            body.op(0x41, 0, 0x0D).u(deep - i).end();
        }
        readAll(module(body.end()));
    }

    @Test
    void constantExpressionsOfAnyLength() {
        Code initial = WasmBuilder.code();
        for (int i = 0; i < 900_000; i++) {
            initial.op(0x41, 1);
        }
        for (int i = 1; i < 900_000; i++) {
            initial.op(0x6A);
        }
        WasmBuilder builder = new WasmBuilder();
        builder.global(WasmBuilder.I32, false, initial.end());
        assertEquals(1, readAll(builder.build()).globalCount());
    }

    @Test
    void operandsBeyondTheLimit() {
        int[] many = new int[1000];
        Arrays.fill(many, WasmBuilder.I32);
        WasmBuilder builder = new WasmBuilder();
        Code self = WasmBuilder.code();
        for (int i = 0; i < 1_000_000; i++) {
            self.op(0x10, 0);
        }
        builder.function(builder.type(NONE, many), NONE, self.op(0x00).end());
        LimitException limit = assertThrows(LimitException.class, () -> readAll(builder.build()));
        assertTrue(limit.getMessage().startsWith("implementation limit"), limit::getMessage);
    }

    // Work that must not grow faster than the module.

    @Test
    void manyFunctionsWithManyLocals() {
        WasmBuilder builder = new WasmBuilder();
        int type = builder.type(NONE, NONE);
        byte[] body = {2, (byte) 0xA8, (byte) 0xC3, 1, 0x7F, (byte) 0xA8, (byte) 0xC3, 1, 0x7E, 0x0B};
        for (int i = 0; i < 200_000; i++) {
            builder.rawFunction(type, body);
        }
        assertEquals(200_000, readAll(builder.build()).functionCount());
    }

    @Test
    void branchTablesWithManyLabels() {
        Code body = WasmBuilder.code();
        int labels = 1_000_000;
        for (int i = 0; i < 1000; i++) {
            body.op(0x02, WasmBuilder.I32);
        }
        body.op(0x41, 0, 0x41, 0, 0x0E).u(labels);
        for (int i = 0; i <= labels; i++) {
            body.u(i % 1000);
        }
        for (int i = 0; i < 1000; i++) {
            body.end();
        }
        readAll(module(body.end(), new int[] {WasmBuilder.I32}));
    }

    @Test
    void exportNamesWithOneHash() {
        WasmBuilder builder = new WasmBuilder();
        builder.function(builder.type(NONE, NONE), NONE, WasmBuilder.code().end());
        int bits = 17;
        for (int i = 0; i < 1 << bits; i++) {
            StringBuilder name = new StringBuilder();
            for (int bit = 0; bit < bits; bit++) {
                name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            builder.exportFunction(name.toString(), 0);
        }
        assertEquals(1 << bits, readAll(builder.build()).exports().size());
    }

    @Test
    void manyDifferentTypes() {
        int bits = 15;
        WasmBuilder builder = new WasmBuilder();
        for (int i = 0; i < 1 << bits; i++) {
            int[] parameters = new int[bits];
            for (int bit = 0; bit < bits; bit++) {
                parameters[bit] = (i >> bit & 1) == 0 ? WasmBuilder.I32 : WasmBuilder.F64;
            }
            builder.type(parameters, NONE);
        }
        Types types = readAll(builder.build()).types();
        assertEquals(1 << bits, types.count());
        assertEquals(types.count() - 1, types.canonical(types.count() - 1));
    }

    // Lies.

    /** A count of four thousand million in every vector of every section, with next to nothing behind it. */
    @Test
    void lyingCountsCostNothing() {
        String[] beforeCounts = {
            "01",
            "01 01 4E",
            "01 01 60",
            "01 01 60 00",
            "01 01 5F",
            "01 01 50",
            "02",
            "02 01",
            "02 01 00",
            "03",
            "04",
            "05",
            "06",
            "07",
            "07 01",
            "09",
            "09 01 00 41 00 0B",
            "09 01 05 70",
            "0A",
            "0B",
            "0B 01 01",
            "0D",
            "00"
        };
        for (String before : beforeCounts) {
            for (int padding : new int[] {0, 10, 1000}) {
                byte[] bytes = section(before, padding);
                survives(bytes);
                long start = allocated();
                assertTrue(!survives(bytes), before);
                long more = allocated() - start;
                assertTrue(more < 1_000_000, () -> before + " allocates " + more);
            }
        }
    }

    /** How many bytes this thread has allocated. By reflection, since the module under test does not read jdk.management. */
    private static long allocated() {
        try {
            Object threads = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            return (long) Class.forName("com.sun.management.ThreadMXBean")
                    .getMethod("getCurrentThreadAllocatedBytes")
                    .invoke(threads);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] section(String before, int padding) {
        String[] parts = before.split(" ");
        int size = parts.length - 1 + 5 + padding;
        byte[] bytes = new byte[8 + 3 + size];
        System.arraycopy(new byte[] {0, 'a', 's', 'm', 1}, 0, bytes, 0, 5);
        int at = 8;
        bytes[at++] = (byte) Integer.parseInt(parts[0], 16);
        bytes[at++] = (byte) (size & 0x7F | 0x80);
        bytes[at++] = (byte) (size >> 7);
        for (int i = 1; i < parts.length; i++) {
            bytes[at++] = (byte) Integer.parseInt(parts[i], 16);
        }
        for (int i = 0; i < 4; i++) {
            bytes[at++] = (byte) 0xFF;
        }
        bytes[at] = 0x0F;
        return bytes;
    }

    @Test
    void hugeDeclarationsCostNothing() {
        WasmBuilder builder = new WasmBuilder();
        builder.memory(65536, 65536);
        builder.table(WasmBuilder.FUNCREF, 0xFFFF_FFFFL, 0xFFFF_FFFFL);
        byte[] bytes = builder.build();
        readAll(bytes);
        long start = allocated();
        readAll(bytes);
        long more = allocated() - start;
        assertTrue(more < 1_000_000, () -> "allocates " + more);
    }

    // Damage.

    @ParameterizedTest
    @ValueSource(
            strings = {"core/gc", "core/exceptions", "core/simd/simd_lane", "core/elem", "core/names", "core/binary"})
    void cutAnywhere(String group) throws IOException {
        for (byte[] bytes : SuiteModules.valid(group)) {
            int step = 1 + bytes.length / 500;
            for (int length = 0; length < bytes.length; length += step) {
                survives(Arrays.copyOf(bytes, length));
            }
        }
    }

    @Test
    void programsCutAnywhere() throws IOException {
        int refused = 0;
        for (byte[] bytes : SuiteModules.programs()) {
            int step = 1 + bytes.length / 3000;
            for (int length = 0; bytes.length < 300_000 && length < bytes.length; length += step) {
                refused += survives(Arrays.copyOf(bytes, length)) ? 0 : 1;
            }
        }
        assertTrue(refused > 5000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"core", "legacy", "proposals/threads", "proposals/custom-page-sizes"})
    void flippedBits(String group) throws IOException {
        Random random = new Random(20_260_101);
        List<byte[]> modules = new ArrayList<>(SuiteModules.valid(group));
        modules.removeIf(bytes -> bytes.length > 4000);
        int accepted = 0;
        int rounds = group.equals("core") ? 30_000 : 5_000;
        for (int i = 0; i < rounds; i++) {
            byte[] bytes = modules.get(random.nextInt(modules.size())).clone();
            for (int flips = 1 + random.nextInt(4); flips > 0 && bytes.length > 8; flips--) {
                int at = 8 + random.nextInt(bytes.length - 8);
                switch (random.nextInt(4)) {
                    case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                    case 1 -> bytes[at] = (byte) random.nextInt();
                    case 2 -> bytes[at] = bytes[8 + random.nextInt(bytes.length - 8)];
                    default -> bytes[at] = (byte) (random.nextBoolean() ? 0xFF : 0x80);
                }
            }
            accepted += survives(bytes) ? 1 : 0;
        }
        // Flips in constants and names do no harm.
        assertTrue(accepted > rounds / 100 && accepted < rounds, "accepted " + accepted);
    }

    @Test
    void randomBodies() {
        Random random = new Random(4711);
        for (int i = 0; i < 20_000; i++) {
            byte[] body = new byte[2 + random.nextInt(40)];
            random.nextBytes(body);
            body[0] = 0;
            body[body.length - 1] = 0x0B;
            for (int j = 1; j < body.length - 1; j++) {
                if (random.nextInt(3) == 0) {
                    body[j] = (byte) (random.nextBoolean() ? 0xFB + random.nextInt(4) : random.nextInt(0x20));
                }
            }
            WasmBuilder builder = new WasmBuilder();
            builder.rawFunction(builder.type(NONE, NONE), body);
            builder.memory(1, 1);
            builder.table(WasmBuilder.FUNCREF, 1, 1);
            survives(builder.build());
        }
    }

    // Time.

    /** Long work ends with the thread's interruption, which stays; short work does not look. */
    @Test
    void longValidationCanBeInterrupted() {
        WasmBuilder builder = new WasmBuilder();
        int[] many = new int[1000];
        Arrays.fill(many, WasmBuilder.I32);
        int type = builder.type(many, many);
        Code branches = WasmBuilder.code();
        for (int i = 0; i < many.length; i++) {
            branches.get(i);
        }
        branches.op(0x03).s(type);
        for (int i = 0; i < 200; i++) {
            branches.op(0x41, 0, 0x0D, 0);
        }
        builder.function(type, NONE, branches.op(0x0B).end());
        byte[][] slow = {module(WasmBuilder.code().append(nops(200_000)).end()), builder.build()};
        byte[] quick = module(WasmBuilder.code().append(nops(100)).end());
        for (byte[] bytes : slow) {
            readAll(bytes);
            Thread.currentThread().interrupt();
            try {
                assertThrows(CancellationException.class, () -> readAll(bytes));
                readAll(quick);
            } finally {
                assertTrue(Thread.interrupted());
            }
        }
    }

    /** So does reading what stands outside of bodies, of each kind. */
    @Test
    void longSectionsCanBeInterrupted() {
        int many = 100_000;
        WasmBuilder builder = new WasmBuilder();
        int type = builder.type(NONE, NONE);
        int function = builder.function(type, NONE, WasmBuilder.code().end());
        builder.table(WasmBuilder.FUNCREF, many, many);
        builder.elements(0, new int[many]);
        WasmBuilder types = new WasmBuilder();
        int[] parameters = new int[1000];
        Arrays.fill(parameters, WasmBuilder.I32);
        WasmBuilder functions = new WasmBuilder();
        functions.type(NONE, NONE);
        WasmBuilder data = new WasmBuilder();
        WasmBuilder exports = new WasmBuilder();
        exports.function(exports.type(NONE, NONE), NONE, WasmBuilder.code().end());
        for (int i = 0; i < many; i++) {
            functions.function(0, NONE, WasmBuilder.code().end());
            data.passiveData(new byte[0]);
            exports.exportFunction("f" + i, function);
            if (i % 1000 == 0) {
                types.type(parameters, Arrays.copyOf(parameters, i / 1000));
            }
        }
        for (WasmBuilder module : List.of(builder, types, functions, data, exports)) {
            byte[] bytes = module.build();
            ModuleParser.parse(bytes.clone(), Limits.DEFAULT, Features.ALL);
            Thread.currentThread().interrupt();
            try {
                assertThrows(
                        CancellationException.class, () -> ModuleParser.parse(bytes, Limits.DEFAULT, Features.ALL));
            } finally {
                assertTrue(Thread.interrupted());
            }
        }
    }

    private static Code nops(int count) {
        Code body = WasmBuilder.code();
        for (int i = 0; i < count; i++) {
            body.op(0x01);
        }
        return body;
    }
}
