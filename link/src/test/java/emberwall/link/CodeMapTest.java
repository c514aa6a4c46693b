package emberwall.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CodeMapTest {
    private static final long BASE = 0x7000_0000_0000L;
    private static final long BYTES = 64 << 20;

    @Test
    void anEmptyMapFindsNothing() {
        CodeMap map = new CodeMap(BASE, BYTES);
        for (long pc : new long[] {0, -1, BASE - 1, BASE, BASE + BYTES - 1, BASE + BYTES, Long.MIN_VALUE}) {
            assertNull(map.find(pc));
        }
    }

    @Test
    void largeBlobsAreFoundFromEveryChunkTheyReachInto() {
        CodeMap map = new CodeMap(BASE, BYTES);
        CodeBlob small = new CodeBlob(BASE, 32, null);
        CodeBlob large = new CodeBlob(BASE + 64, 10 << 20, null);
        CodeBlob last = new CodeBlob(BASE + BYTES - 64, 64, null);
        map.add(last);
        map.add(large);
        map.add(small);
        for (long at = large.address(); at < large.end(); at += 4099) {
            assertSame(large, map.find(at));
        }
        assertSame(small, map.find(BASE + 31));
        assertSame(small, map.find(BASE + 32));
        assertNull(map.find(BASE + 33));
        assertNull(map.find(large.end() + 1));
        assertSame(last, map.find(BASE + BYTES - 1));
        assertTrue(map.remove(large));
        assertFalse(map.remove(large));
        assertNull(map.find(large.address() + (5 << 20)));
        assertSame(small, map.find(BASE));
    }

    @Test
    void tensOfThousandsInAnyOrder() {
        CodeMap map = new CodeMap(BASE, BYTES);
        List<CodeBlob> blobs = new ArrayList<>();
        Random random = new Random(7);
        long at = BASE;
        for (int i = 0; i < 60_000; i++) {
            int length = 1 + random.nextInt(600);
            blobs.add(new CodeBlob(at, length, i));
            at = at + length + 16 & -16;
        }
        List<CodeBlob> shuffled = new ArrayList<>(blobs);
        Collections.shuffle(shuffled, random);
        shuffled.forEach(map::add);
        for (CodeBlob blob : blobs) {
            assertSame(blob, map.find(blob.address() + random.nextInt(blob.length() + 1)));
        }
        Collections.shuffle(shuffled, random);
        for (CodeBlob blob : shuffled) {
            assertTrue(map.remove(blob));
        }
        for (CodeBlob blob : blobs) {
            assertNull(map.find(blob.address()));
        }
    }

    @Test
    void readersSeeWhatWasThereAllTheTime() throws InterruptedException {
        CodeMap map = new CodeMap(BASE, 1 << 20);
        CodeBlob[] fixed = new CodeBlob[100];
        for (int i = 0; i < fixed.length; i++) {
            fixed[i] = new CodeBlob(BASE + 4096L * i, 100, null);
            map.add(fixed[i]);
        }
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger missed = new AtomicInteger();
        Thread reader = Thread.ofPlatform().start(() -> {
            while (!done.get()) {
                for (CodeBlob blob : fixed) {
                    if (map.find(blob.address() + 50) != blob) {
                        missed.incrementAndGet();
                    }
                }
            }
        });
        for (int round = 0; round < 200; round++) {
            List<CodeBlob> moving = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                moving.add(new CodeBlob(BASE + 4096L * i + 1024 + 16 * (round % 100), 16, null));
            }
            moving.forEach(map::add);
            moving.forEach(map::remove);
        }
        done.set(true);
        reader.join();
        assertEquals(0, missed.get());
    }
}
