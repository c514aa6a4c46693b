package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.os.Errno;
import emberwall.os.Pages;
import emberwall.testing.WasmBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What instances take from the system, and that all of it comes back. */
class ResourcesTest {
    private static final int[] NONE = {};
    private static final int[] I32 = {WasmBuilder.I32};

    @AfterEach
    void heal() {
        Pages.inject(null);
    }

    private static byte[] module() {
        WasmBuilder m = new WasmBuilder();
        m.memory(1, 65_536);
        m.table(WasmBuilder.FUNCREF, 4, 4);
        m.exportMemory("memory", 0);
        int type = m.type(I32, I32);
        int f = m.function(type, NONE, WasmBuilder.code().get(0).op(0x40, 0x00).end());
        m.elements(0, f);
        m.exportFunction("grow", f);
        return m.build();
    }

    private static Engine engine(Bounds bounds) {
        return Engine.start(Config.builder().tier(Tier.BASELINE).bounds(bounds).build());
    }

    private static long mappings() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.count();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Bounds.class,
            names = {"GUARD", "EXPLICIT"})
    void anIdleInstanceHoldsFourMappingsAtMost(Bounds bounds) throws IOException {
        try (Engine engine = engine(bounds);
                CompiledModule module = engine.compile(module())) {
            List<Instance> instances = new ArrayList<>();
            module.instantiate(Imports.of()).function("grow").call(1);
            long before = mappings();
            for (int i = 0; i < 200; i++) {
                Instance instance = module.instantiate(Imports.of());
                assertEquals(1, instance.function("grow").call(1));
                instances.add(instance);
            }
            long each = (mappings() - before) / 200;
            assertTrue(each <= 4, each + " mappings each");
            instances.forEach(Instance::close);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Bounds.class,
            names = {"GUARD", "EXPLICIT"})
    void nothingIsLeftOfAThousandEngineLives(Bounds bounds) throws IOException {
        for (int i = 0; i < 50; i++) {
            live(bounds);
        }
        long before = mappings();
        for (int i = 0; i < 250; i++) {
            live(bounds);
        }
        long more = mappings() - before;
        assertTrue(more < 50, more + " mappings more");
    }

    private static void live(Bounds bounds) {
        try (Engine engine = engine(bounds);
                CompiledModule module = engine.compile(module())) {
            for (int i = 0; i < 4; i++) {
                try (Instance instance = module.instantiate(Imports.of())) {
                    instance.memory("memory").putInt(0, 1);
                    assertEquals(1, instance.function("grow").call(1));
                }
            }
        }
    }

    @Test
    void codeOfClosedModulesIsFreed() {
        try (Engine engine = engine(Bounds.EXPLICIT)) {
            long used = 0;
            for (int i = 0; i < 100; i++) {
                CompiledModule module = engine.compile(module());
                Instance instance = module.instantiate(Imports.of());
                module.close();
                instance.function("grow").call(0);
                instance.close();
                long now = engine.statistics().codeMemory();
                if (i == 0) {
                    used = now;
                }
                assertEquals(used, now);
            }
            assertEquals(100, engine.statistics().functions());
        }
    }

    @Test
    void withoutAddressSpaceForGuardsBoundsAreChecked() {
        Pages.inject((operation, bytes) -> bytes > 5L << 30 ? Errno.ENOMEM : 0);
        try (Engine engine = Engine.start(Config.builder().tier(Tier.BASELINE).build());
                CompiledModule module = engine.compile(module());
                Instance instance = module.instantiate(Imports.of())) {
            Memory memory = instance.memory("memory");
            assertEquals(1, instance.function("grow").call(9));
            assertEquals(10, memory.size());
            assertThrows(IndexOutOfBoundsException.class, () -> memory.getInt(10 * 65_536));
        }
        try (Engine engine = engine(Bounds.GUARD);
                CompiledModule module = engine.compile(module())) {
            assertThrows(EngineLimitException.class, () -> module.instantiate(Imports.of()));
        }
    }

    @Test
    void aMemoryThatCannotReserveItsMaximumMoves() {
        Pages.inject((operation, bytes) -> bytes > 1 << 20 && operation.equals("reserve") ? Errno.ENOMEM : 0);
        try (Engine engine = Engine.start(Config.builder()
                        .tier(Tier.BASELINE)
                        .bounds(Bounds.EXPLICIT)
                        .maxStack(64 << 10)
                        .build());
                CompiledModule module = engine.compile(module());
                Instance instance = module.instantiate(Imports.of())) {
            Memory memory = instance.memory("memory");
            memory.putLong(65_528, 77);
            Pages.inject(null);
            assertEquals(1, instance.function("grow").call(100));
            assertEquals(77, memory.getLong(65_528));
            assertEquals(0, memory.getLong(101 * 65_536 - 8));
            assertEquals(101, instance.function("grow").call(1_000));
            assertEquals(77, memory.getLong(65_528));
        }
    }

    @Test
    void growthThatTheSystemRefusesFails() {
        try (Engine engine = engine(Bounds.EXPLICIT);
                CompiledModule module = engine.compile(module());
                Instance instance = module.instantiate(Imports.of())) {
            assertEquals(1, instance.function("grow").call(0));
            Pages.inject((operation, bytes) -> operation.equals("commit") ? Errno.ENOMEM : 0);
            assertEquals(-1, instance.function("grow").call(1));
            assertEquals(-1, instance.memory("memory").grow(1));
            Pages.inject(null);
            assertEquals(1, instance.function("grow").call(1));
        }
    }
}
