package emberwall.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.op.TrapReason;
import emberwall.os.Layout;
import emberwall.os.Pages;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FiberBlockTest {
    @Test
    void fieldsDoNotOverlapAndFitAPage() {
        int end = FiberBlock.start();
        Set<String> names = new HashSet<>();
        for (Layout.Field field : FiberBlock.layout().fields()) {
            assertTrue(field.offset() >= end, field.name());
            assertEquals(0, field.offset() % 8, field.name());
            assertTrue(names.add(field.name()), field.name());
            end = field.offset() + field.size();
        }
        assertTrue(end - FiberBlock.start() <= FiberBlock.BYTES);
        assertTrue(FiberBlock.BYTES <= Pages.SIZE);
    }

    @Test
    void whatIsHotIsNear() {
        int[] hot = {
            FiberBlock.LIMIT, FiberBlock.POLL, FiberBlock.STACK_SLOW, FiberBlock.EXIT_HOST_CALL, FiberBlock.EXIT_RETURN,
            FiberBlock.RUNTIME, FiberBlock.COMPILE, FiberBlock.HOST_SP, FiberBlock.GUEST_SP, FiberBlock.RESULT
        };
        for (int field : hot) {
            assertEquals(field, (byte) field, FiberBlock.layout().fieldAt(field).name());
        }
    }

    @Test
    void whatOthersWriteHasALineOfItsOwn() {
        for (Layout.Field field : FiberBlock.layout().fields()) {
            boolean shared = field.name().equals("LIMIT")
                    || field.name().equals("STACK_LIMIT")
                    || field.name().equals("REQUESTS");
            if (!shared) {
                assertNotEquals(FiberBlock.LIMIT >> 6, field.offset() >> 6, field.name());
            }
        }
        assertEquals(0, FiberBlock.LIMIT & 63);
        assertEquals(0, FiberBlock.VECTORS & 15);
    }

    @Test
    void everyReasonHasAStub() {
        try (Fiber fiber = Fiber.create()) {
            Set<Long> stubs = new HashSet<>();
            for (TrapReason reason : TrapReason.values()) {
                assertTrue(stubs.add(fiber.get(FiberBlock.trap(reason))), reason.toString());
            }
            assertTrue(!stubs.contains(0L));
            assertTrue(FiberBlock.layout().describe(fiber.block()).contains("ONE = 1\n"));
        }
    }
}
