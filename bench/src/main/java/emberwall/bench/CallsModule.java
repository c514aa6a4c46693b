package emberwall.bench;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The smallest module that can be called and calls back.
 *
 * <pre>
 * (module
 *   (import "env" "host" (func $host (param i32) (result i32)))
 *   (func (export "add") (param i32 i32) (result i32)
 *     local.get 0 local.get 1 i32.add)
 *   (func (export "loop_host") (param i32) (result i32) (local i32)
 *     (loop
 *       local.get 1 call $host local.set 1
 *       local.get 0 i32.const 1 i32.sub local.tee 0
 *       br_if 0)
 *     local.get 1))
 * </pre>
 */
final class CallsModule {
    private static final int I32 = 0x7F;

    private CallsModule() {}

    static byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        put(out, 0x00, 'a', 's', 'm', 1, 0, 0, 0);
        section(out, 1, 2, 0x60, 2, I32, I32, 1, I32, 0x60, 1, I32, 1, I32);
        section(out, 2, join(ints(1), name("env"), name("host"), ints(0x00, 1)));
        section(out, 3, 2, 0, 1);
        section(out, 7, join(ints(2), name("add"), ints(0x00, 1), name("loop_host"), ints(0x00, 2)));
        int[] add = {0, 0x20, 0, 0x20, 1, 0x6A, 0x0B};
        int[] loop = {
            1, 1, I32, 0x03, 0x40, 0x20, 1, 0x10, 0, 0x21, 1, 0x20, 0, 0x41, 1, 0x6B, 0x22, 0, 0x0D, 0, 0x0B, 0x20, 1,
            0x0B
        };
        section(out, 10, join(ints(2, add.length), add, ints(loop.length), loop));
        return out.toByteArray();
    }

    private static void section(ByteArrayOutputStream out, int id, int... content) {
        put(out, id, content.length);
        put(out, content);
    }

    private static void put(ByteArrayOutputStream out, int... bytes) {
        for (int b : bytes) out.write(b);
    }

    private static int[] ints(int... values) {
        return values;
    }

    private static int[] name(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int[] bytes = new int[utf8.length + 1];
        bytes[0] = utf8.length;
        for (int i = 0; i < utf8.length; i++) bytes[i + 1] = utf8[i];
        return bytes;
    }

    private static int[] join(int[]... parts) {
        int length = 0;
        for (int[] part : parts) length += part.length;
        int[] all = new int[length];
        int at = 0;
        for (int[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
