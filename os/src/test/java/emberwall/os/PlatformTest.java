package emberwall.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.testing.ChildJvm;
import org.junit.jupiter.api.Test;

class PlatformTest {
    @Test
    void machineCodeRunsHere() {
        assertNull(Platform.unavailable());
        assertTrue(Platform.supported());
    }

    @Test
    void deniedNativeAccessIsAReasonAndNoError() {
        String said = ChildJvm.of(Said.class)
                .withoutNativeAccess()
                .options("--illegal-native-access=deny")
                .run()
                .ok();
        assertEquals("native access is denied (allow it with --enable-native-access)", said.strip());
    }

    @Test
    void otherSystemsAndProcessorsAreReasons() {
        assertEquals("there is no back end for the operating system Plan 9", said("-Dos.name=Plan 9"));
        assertEquals("there is no back end for the processor riscv64", said("-Dos.arch=riscv64"));
        assertEquals("because", said("-Demberwall.platform.unavailable=because"));
        assertEquals("null", said("-Dunrelated=1"));
    }

    private static String said(String option) {
        return ChildJvm.of(Said.class).options(option).run().ok().strip();
    }

    static final class Said {
        public static void main(String[] arguments) {
            System.out.println(Platform.unavailable());
            System.out.flush();
            assert Platform.supported() == (Platform.unavailable() == null);
        }
    }
}
