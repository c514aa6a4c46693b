package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.testing.ChildJvm;
import emberwall.wasm.LimitException;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

/** Modules that need more heap than there is are over a limit, and the engine goes on. */
class HeapTest {
    @Test
    void aModuleThatNeedsTooMuchHeapIsOverALimit() throws Exception {
        ChildJvm.Result result = ChildJvm.of(Child.class).options("-Xmx96m").run();
        assertEquals(0, result.status(), result.output());
    }

    /** What runs in a small heap. */
    static final class Child {
        public static void main(String[] arguments) {
            try (Engine engine = Engine.start()) {
                LimitException limit = assertThrows(LimitException.class, () -> engine.compile(manyTypes()));
                assertTrue(limit.getMessage().startsWith("implementation limit"), limit.getMessage());
                byte[] empty = {0, 'a', 's', 'm', 1, 0, 0, 0};
                engine.compile(empty).close();
            }
        }

        /** A million types, each of them another: the number in binary, as parameters. */
        private static byte[] manyTypes() {
            ByteArrayOutputStream types = new ByteArrayOutputStream();
            types.writeBytes(new byte[] {(byte) 0xC0, (byte) 0x84, 0x3D}); // 1 000 000
            for (int i = 0; i < 1_000_000; i++) {
                types.write(0x60);
                types.write(20);
                for (int bit = 0; bit < 20; bit++) types.write((i >> bit & 1) == 0 ? 0x7F : 0x7E);
                types.write(0);
            }
            ByteArrayOutputStream module = new ByteArrayOutputStream();
            module.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0, 1});
            int size = types.size();
            for (int i = 0; i < 4; i++, size >>>= 7) module.write(size & 0x7F | (i < 3 ? 0x80 : 0));
            module.writeBytes(types.toByteArray());
            return module.toByteArray();
        }
    }
}
