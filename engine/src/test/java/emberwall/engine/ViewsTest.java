package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import emberwall.os.Errno;
import emberwall.os.Pages;
import emberwall.testing.ChildJvm;
import emberwall.testing.WasmBuilder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Views of memories, used when and where they should not be: an exception each time, never a crash of the JVM. */
class ViewsTest {
    @ParameterizedTest
    @ValueSource(strings = {"GUARD", "EXPLICIT", "MOVING", "REFERENCE"})
    void deadViewsThrowWhereverTheyAreUsed(String kind) {
        String output = ChildJvm.of(ViewsTest.class).seconds(120).run(kind).ok();
        assertEquals("no view outlived its memory", output.strip());
    }

    private static final int TURNS = 150;
    private static final int READERS = 3;

    private static byte[] module() {
        int[] one = {WasmBuilder.I32};
        WasmBuilder m = new WasmBuilder();
        m.memory(1, 200);
        m.exportMemory("memory", 0);
        int type = m.type(one, one);
        m.exportFunction(
                "grow",
                m.function(
                        type,
                        new int[0],
                        WasmBuilder.code().get(0).op(0x40, 0x00).end()));
        return m.build();
    }

    /** Opens, grows and closes memories again and again, while other threads use every view there ever was. */
    public static void main(String[] arguments) throws Exception {
        String kind = arguments[0];
        Config.Builder config = Config.builder();
        if (kind.equals("REFERENCE")) {
            config.tier(Tier.REFERENCE);
        } else {
            config.tier(Tier.BASELINE).bounds(kind.equals("GUARD") ? Bounds.GUARD : Bounds.EXPLICIT);
        }
        if (kind.equals("MOVING")) { // memories must begin small, and move when they grow
            Pages.inject((operation, bytes) -> operation.equals("reserve") && bytes > 1 << 20 ? Errno.ENOMEM : 0);
            config.maxStack(64 << 10);
        }
        try (Engine engine = Engine.start(config.build());
                CompiledModule module = engine.compile(module())) {
            new Views(engine, module, kind.equals("MOVING")).run();
        }
        System.out.println("no view outlived its memory");
    }

    private static final class Views {
        private final Engine engine;
        private final CompiledModule module;
        private final boolean moving;
        private final AtomicReference<Memory> present = new AtomicReference<>();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();
        private final AtomicLong refused = new AtomicLong();
        private final AtomicLong served = new AtomicLong();
        private volatile boolean done;

        Views(Engine engine, CompiledModule module, boolean moving) {
            this.engine = engine;
            this.module = module;
            this.moving = moving;
        }

        void run() throws Exception {
            List<Thread> readers = new ArrayList<>();
            for (int reader = 0; reader < READERS; reader++) {
                readers.add(Thread.ofPlatform().start(this::read));
            }
            for (int turn = 0; turn < TURNS && failure.get() == null; turn++) {
                turn(turn);
            }
            done = true;
            for (Thread reader : readers) {
                reader.join();
            }
            if (failure.get() != null) {
                throw new AssertionError(failure.get());
            }
            if (refused.get() == 0 || served.get() == 0) {
                throw new AssertionError(served + " accesses, " + refused + " refused: nothing was tried");
            }
        }

        private void turn(int turn) {
            MemorySegment last;
            Memory memory;
            try (Store store = engine.newStore()) {
                Instance instance = module.instantiate(store, Imports.of());
                memory = instance.memory("memory");
                memory.putLong(64, turn);
                MemorySegment first = memory.segment();
                present.set(memory);
                for (int step = 0; step < 4; step++) {
                    if (moving && step == 3) {
                        Pages.inject(null);
                    }
                    instance.function("grow").call(step == 3 ? 40 : 3);
                    if (memory.getLong(64) != turn) {
                        throw new AssertionError("bytes were lost when the memory grew");
                    }
                }
                if (moving) {
                    Pages.inject(
                            (operation, bytes) -> operation.equals("reserve") && bytes > 1 << 20 ? Errno.ENOMEM : 0);
                }
                try {
                    if (first.get(ValueLayout.JAVA_LONG, 64) != turn) {
                        throw new AssertionError("an old view shows other bytes");
                    }
                } catch (IllegalStateException moved) {
                    refused.incrementAndGet();
                }
                try {
                    first.get(ValueLayout.JAVA_BYTE, 65_536);
                    throw new AssertionError("an old view reaches into what grew");
                } catch (IndexOutOfBoundsException expected) {
                    refused.incrementAndGet();
                }
                last = memory.segment();
            }
            expectDead(() -> last.set(ValueLayout.JAVA_LONG, 64, -1L));
            expectDead(() -> last.get(ValueLayout.JAVA_BYTE, last.byteSize() - 1));
            expectDead(() -> memory.putLong(64, -1));
            expectDead(memory::segment);
        }

        private void expectDead(Runnable access) {
            try {
                access.run();
                throw new AssertionError("a view of a closed store works");
            } catch (IllegalStateException expected) {
                refused.incrementAndGet();
            }
        }

        /** Uses the last views that it got, of memories that are open, closed, or whose place has another owner by now. */
        private void read() {
            MemorySegment[] views = new MemorySegment[8];
            try {
                for (int i = 0; !done; i++) {
                    Memory memory = present.get();
                    if (memory == null) {
                        continue;
                    }
                    try {
                        views[i % views.length] = memory.segment();
                        memory.putLong(128, i);
                        served.incrementAndGet();
                    } catch (IllegalStateException closed) {
                        refused.incrementAndGet();
                    }
                    for (MemorySegment view : views) {
                        use(view);
                    }
                }
            } catch (Throwable e) {
                failure.set(e);
            }
        }

        private void use(MemorySegment view) {
            if (view == null) {
                return;
            }
            try {
                view.get(ValueLayout.JAVA_LONG, view.byteSize() - 8);
                view.set(ValueLayout.JAVA_LONG, 256, 1L);
                served.incrementAndGet();
            } catch (IllegalStateException dead) {
                refused.incrementAndGet();
            }
        }
    }
}
