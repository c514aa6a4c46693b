package emberwall.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CallLayoutTest {
    private static byte[] classes(int... classes) {
        byte[] bytes = new byte[classes.length];
        for (int i = 0; i < classes.length; i++) {
            bytes[i] = (byte) classes[i];
        }
        return bytes;
    }

    private static byte[] many(int count, int valueClass) {
        byte[] bytes = new byte[count];
        Arrays.fill(bytes, (byte) valueClass);
        return bytes;
    }

    @Test
    void registersGoByClass() {
        CallLayout layout = CallLayout.of(
                classes(Convention.FLOAT, Convention.INT, Convention.VECTOR, Convention.INT),
                classes(Convention.FLOAT));
        assertEquals(0, layout.register(0));
        assertEquals(Convention.intArgument(0), layout.register(1));
        assertEquals(1, layout.register(2));
        assertEquals(Convention.intArgument(1), layout.register(3));
        assertEquals(0, layout.argumentBytes());
        assertEquals(0, layout.resultBytes());
    }

    @Test
    void theRestIsOnTheStackInOrder() {
        CallLayout layout = CallLayout.of(many(9, Convention.INT), classes());
        assertTrue(layout.inRegister(5));
        assertFalse(layout.inRegister(6));
        assertEquals(0, layout.stackOffset(6));
        assertEquals(16, layout.stackOffset(8));
        assertEquals(32, layout.argumentBytes());
    }

    @Test
    void vectorsAreAligned() {
        byte[] parameters = many(10, Convention.VECTOR);
        parameters[8] = Convention.FLOAT;
        CallLayout layout = CallLayout.of(parameters, classes());
        assertEquals(0, layout.stackOffset(8));
        assertEquals(16, layout.stackOffset(9));
        assertEquals(32, layout.argumentBytes());
    }

    @Test
    void resultsAfterTheFirstAreInTheirArea() {
        CallLayout layout =
                CallLayout.of(classes(), classes(Convention.INT, Convention.FLOAT, Convention.VECTOR, Convention.INT));
        assertEquals(0, layout.resultOffset(1));
        assertEquals(16, layout.resultOffset(2));
        assertEquals(32, layout.resultOffset(3));
        assertEquals(48, layout.resultBytes());
    }

    @Test
    void roleRegistersAreNoArguments() {
        for (int i = 0; i < Convention.intArguments(); i++) {
            int register = Convention.intArgument(i);
            assertFalse(register == Convention.FIBER
                    || register == Convention.INSTANCE
                    || register == Convention.MEM0
                    || register == Convention.RECORD
                    || register == Convention.SCRATCH);
        }
        assertTrue(Convention.floatArguments() <= Convention.SCRATCH_XMM);
    }
}
