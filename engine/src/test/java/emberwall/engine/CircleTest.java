package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Guests whose host functions close each other's stores do not wait for each other. The timeout catches that they do. */
@Timeout(120)
class CircleTest {
    private static final int ROUNDS = 20;

    /** One guest in a store of an engine of its own, and the thread that calls it. */
    private final class Member implements AutoCloseable {
        final Engine engine;
        final Store store;
        final boolean closesEngine;
        final Function guest;
        Member next;

        Member(Tier tier, boolean closesEngine) {
            this.closesEngine = closesEngine;
            engine = Engine.start(Config.builder().tier(tier).build());
            store = engine.newStore();
            guest = engine.compileText(
                            "(module (import \"\" \"f\" (func)) (export \"f\" (func 0)) (func (export \"run\") (call 0)))")
                    .instantiate(store, Imports.of().function("", "f", FunctionType.of(), call -> closeNext()))
                    .function("run");
        }

        private void closeNext() throws Exception {
            allInside.await();
            if (closesEngine) {
                next.engine.close();
            } else {
                next.store.close();
            }
            closed.incrementAndGet();
        }

        void run() {
            try {
                guest.call();
            } catch (Throwable end) {
                ends.add(end);
            }
        }

        @Override
        public void close() {
            engine.close();
            assertThrows(IllegalStateException.class, guest::call);
        }
    }

    private final AtomicInteger closed = new AtomicInteger();
    private final ConcurrentLinkedQueue<Throwable> ends = new ConcurrentLinkedQueue<>();
    private CyclicBarrier allInside;

    @ParameterizedTest
    @CsvSource({
        "BASELINE BASELINE, false",
        "BASELINE REFERENCE, false",
        "REFERENCE REFERENCE, false",
        "BASELINE REFERENCE BASELINE, false",
        "BASELINE BASELINE, true",
        "REFERENCE REFERENCE BASELINE BASELINE, true",
    })
    void oneOfACircleIsRefused(String tiers, boolean engines) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            circle(tiers.split(" "), engines);
        }
    }

    private void circle(String[] tiers, boolean engines) throws Exception {
        closed.set(0);
        ends.clear();
        allInside = new CyclicBarrier(tiers.length);
        List<Member> members = new ArrayList<>();
        for (String tier : tiers) {
            members.add(new Member(Tier.valueOf(tier), engines));
        }
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            member.next = members.get((i + 1) % members.size());
            threads.add(Thread.ofPlatform().daemon().start(member::run));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertFalse(ends.isEmpty());
        int refused = 0;
        for (Throwable end : ends) {
            if (end instanceof Trap) {
                continue; // closed by another while it still had something to do
            }
            assertInstanceOf(IllegalStateException.class, end);
            refused++;
        }
        assertEquals(tiers.length, refused + closed.get(), ends::toString);
        members.forEach(Member::close);
    }
}
