package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import emberwall.op.TrapReason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a trap says of itself. */
class TrapTest {
    @Test
    void aTrapSaysWhereAndHasNoJavaStack() {
        Trap trap = new Trap(
                TrapReason.INTEGER_DIVIDE_BY_ZERO,
                "integer divide by zero",
                List.of(
                        new GuestFrame("math.wasm", 3, "div", 0x2f),
                        new GuestFrame("math.wasm", 4, "", -1),
                        new GuestFrame("", -1, "", -1),
                        new GuestFrame("", 7, "", 16)),
                12);
        assertEquals("integer divide by zero", trap.getMessage());
        assertEquals(0, trap.getStackTrace().length);
        assertEquals("""
                integer divide by zero
                    at div (math.wasm:0x2f)
                    at function 4 (math.wasm)
                    at unknown function
                    at function 7 (0x10)
                    ... 12 more""", trap.describe());
        assertEquals("unreachable", new Trap(TrapReason.UNREACHABLE).describe());
    }
}
