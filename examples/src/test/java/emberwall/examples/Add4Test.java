package emberwall.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import emberwall.jit.Jit;
import java.lang.invoke.MethodHandle;
import java.util.List;
import org.junit.jupiter.api.Test;

class Add4Test {
    @Test
    void allThreeWaysAddFour() throws Throwable {
        try (Jit jit = Jit.open()) {
            for (MethodHandle add4 : List.of(Add4.asBytes(jit), Add4.asInstructions(jit), Add4.asGraph(jit))) {
                for (long x : new long[] {2, -4, 0, Long.MAX_VALUE, 1L << 31}) {
                    assertEquals(x + 4, (long) add4.invokeExact(x));
                }
            }
        }
    }
}
