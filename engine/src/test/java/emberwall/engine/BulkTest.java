package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import emberwall.op.TrapReason;
import emberwall.wasm.text.WatParser;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Copies and fills of all small lengths, wherever they lie: compared with arrays of Java. */
@ParameterizedClass
@EnumSource(EngineTest.Kind.class)
class BulkTest {
    private static final int[] LONGER = {127, 128, 129, 255, 256, 1000, 1023, 1024, 1025, 3000, 0x10000};
    private static final int MOST_SMALL = 100;
    private static final int[] DISTANCES = {-200, -65, -33, -16, -9, -3, -1, 0, 1, 2, 5, 15, 16, 17, 40, 64, 99, 5000};
    private static final int BYTES = 0x20000;

    private static final byte[] PROGRAM = WatParser.parse("""
            (module
              (memory (export "m") 2 2)
              (memory (export "other") 2 2)
              (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
              (func (export "fill") (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2)))
              (func (export "there") (param i32 i32 i32)
                (memory.copy 1 0 (local.get 0) (local.get 1) (local.get 2)))
              (func (export "far") (param i32 i32 i32) (memory.fill 1 (local.get 0) (local.get 1) (local.get 2))))
            """).bytes();

    private final Config config;

    BulkTest(EngineTest.Kind kind) {
        config = kind.config;
    }

    private interface Lengths {
        void accept(int length);
    }

    private static void forEachLength(Lengths test) {
        for (int length = 0; length <= MOST_SMALL; length++) {
            test.accept(length);
        }
        for (int length : LONGER) {
            test.accept(length);
        }
    }

    /** An instance, and what its memory 0 should hold. */
    private static final class World {
        final Instance instance;
        final Memory memory;
        final byte[] expected = new byte[BYTES];

        World(CompiledModule module, Store store) {
            instance = module.instantiate(store, Imports.of());
            memory = instance.memory("m");
            new Random(1).nextBytes(expected);
            memory.write(0, expected);
        }

        void call(String name, int first, int second, int length) {
            instance.function(name).call(first, second, length);
        }

        void check(String what) {
            assertArrayEquals(expected, memory.read(0, BYTES), what);
        }
    }

    private interface Program {
        void in(World world);
    }

    private void run(Program test) {
        try (Engine engine = Engine.start(config);
                CompiledModule module = engine.compile(PROGRAM);
                Store store = engine.newStore()) {
            test.in(new World(module, store));
        }
    }

    @Test
    void copiesOverlapAsTheyLike() {
        run(world -> forEachLength(length -> {
            for (int distance : DISTANCES) {
                int source = 0x4000 + length % 7;
                int target = source + distance;
                world.call("copy", target, source, length);
                System.arraycopy(world.expected, source, world.expected, target, length);
                world.check(length + " bytes by " + distance);
            }
        }));
    }

    @Test
    void fillsTakeTheLowestByte() {
        run(world -> forEachLength(length -> {
            int target = 0x3000 + length % 5;
            world.call("fill", target, 0xABC00 + length, length);
            Arrays.fill(world.expected, target, target + length, (byte) length);
            world.check(length + " bytes");
        }));
    }

    @Test
    void theLastByteIsWithinAndTheNextIsNot() {
        run(world -> forEachLength(length -> {
            int last = BYTES - length;
            world.call("copy", last, 3, length);
            System.arraycopy(world.expected, 3, world.expected, last, length);
            world.call("copy", 5, last, length);
            System.arraycopy(world.expected, last, world.expected, 5, length);
            world.call("fill", last, length, length);
            Arrays.fill(world.expected, last, BYTES, (byte) length);
            for (int start : new int[] {last + 1, -1, Integer.MIN_VALUE}) {
                traps(world, "copy", start, 0, length);
                traps(world, "copy", 0, start, length);
                traps(world, "fill", start, 1, length);
            }
            world.check(length + " bytes at the end");
        }));
    }

    @Test
    void lengthsAreUnsigned() {
        run(world -> {
            for (int length : new int[] {-1, -16, Integer.MIN_VALUE, BYTES + 1}) {
                traps(world, "copy", 0, 16, length);
                traps(world, "fill", 0, 1, length);
            }
            world.check("nothing was written");
        });
    }

    @Test
    void otherMemoriesAreOthers() {
        run(world -> {
            Memory other = world.instance.memory("other");
            byte[] there = new byte[BYTES];
            for (int length : new int[] {1, 7, 40, 2000}) {
                world.call("there", 100, 50, length);
                System.arraycopy(world.expected, 50, there, 100, length);
                world.call("far", 5000, length, length);
                Arrays.fill(there, 5000, 5000 + length, (byte) length);
                assertArrayEquals(there, other.read(0, BYTES), length + " bytes");
            }
            world.check("this one is as it was");
        });
    }

    private static void traps(World world, String name, int first, int second, int length) {
        Trap trap = assertThrows(Trap.class, () -> world.call(name, first, second, length));
        assertEquals(TrapReason.MEMORY_OUT_OF_BOUNDS, trap.reason());
        assertEquals(1, trap.trace().size());
    }
}
