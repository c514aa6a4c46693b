package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.engine.store.MemoryPool;
import emberwall.os.Errno;
import emberwall.os.Pages;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Memories that code checks mean the same whether the system gives them room for all addresses or not, and they move. */
class RoomTest {
    private static final String MODULE = """
            (module
              (memory (export "m") 1 4)
              (func (export "near") (param i32) (result i64) (i64.load offset=10 (local.get 0)))
              (func (export "far") (param i32) (result i32) (i32.load8_u offset=0xFFFFFFF0 (local.get 0)))
              (func (export "large") (param i32) (result i32) (i32.load8_u offset=0x20000 (local.get 0)))
              (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
              (func (export "around") (param $at i32) (result i32)
                (local $sum i32)
                (i32.store offset=4 (local.get $at) (i32.const 7))
                (drop (memory.grow (i32.const 1)))
                (i32.store offset=8 (local.get $at) (i32.const 11))
                (local.set $sum (i32.add (i32.load offset=4 (local.get $at)) (i32.load offset=8 (local.get $at))))
                (i32.store offset=65536 (local.get $at) (local.get $sum))
                (i32.load (i32.add (local.get $at) (i32.const 65536)))))""";

    private static final int[] ADDRESSES = {0, 7, 16, 65_517, 65_518, 65_519, 65_536, 131_054, 131_055, -1, -16, 1 << 31
    };
    private static final long PAGE = 65_536;

    @AfterEach
    void heal() {
        Pages.inject(null);
    }

    @ParameterizedTest
    @CsvSource({"BASELINE, false", "BASELINE, true", "OPTIMIZING, false", "OPTIMIZING, true"})
    void withOrWithoutRoom(Tier tier, boolean refused) {
        List<String> expected = run(Config.builder().tier(Tier.REFERENCE).build(), false);
        Config config = Config.builder().tier(tier).bounds(Bounds.EXPLICIT).build();
        assertEquals(expected, run(config, refused));
        assertTrue(expected.toString().contains("18"), expected::toString);
    }

    private static List<String> run(Config config, boolean refused) {
        List<String> results = new ArrayList<>();
        try (Engine engine = Engine.start(config)) {
            CompiledModule module = engine.compileText(MODULE);
            module.compileAll();
            // What is left is room for two pages, from which a memory has to move.
            Pages.inject((operation, bytes) -> {
                boolean isRoom = bytes == MemoryPool.SLOT || bytes == 4 * PAGE;
                return refused && isRoom && operation.equals("reserve") ? Errno.ENOMEM : 0;
            });
            Instance instance = module.instantiate(Imports.of());
            for (int pages = 1; pages <= 3; pages++) {
                for (int address : ADDRESSES) {
                    for (String name : List.of("near", "far", "large")) {
                        results.add(outcome(instance, name, address));
                    }
                }
                results.add(pages < 3 ? outcome(instance, "around", 100 * pages) : outcome(instance, "grow", 0));
            }
        }
        return results;
    }

    private static String outcome(Instance instance, String name, int argument) {
        try {
            return name + " " + instance.function(name).call(argument);
        } catch (Trap trap) {
            return name + " " + trap.describe();
        }
    }
}
