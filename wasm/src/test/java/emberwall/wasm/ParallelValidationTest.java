package emberwall.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import emberwall.testing.WasmBuilder;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ParallelValidationTest {
    private static final int[] NONE = {};

    @Test
    void findsTheSameAsOneThread() throws IOException {
        for (byte[] bytes : SuiteModules.programs()) {
            Module module = SuiteModules.parse(bytes);
            FunctionInfo[] infos = Validator.validateAll(module, Limits.DEFAULT, Validator.LOOPS, 3);
            Validator validator = new Validator(module, Limits.DEFAULT, Validator.LOOPS);
            for (int i = 0; i < infos.length; i++) {
                FunctionInfo expected = validator.validate(module.importedFunctions() + i);
                assertEquals(expected.function(), infos[i].function());
                assertEquals(expected.codeOffset(), infos[i].codeOffset());
                assertEquals(expected.localCount(), infos[i].localCount());
                assertEquals(expected.maximumHeight(), infos[i].maximumHeight());
                assertEquals(expected.features(), infos[i].features());
                assertEquals(expected.loops().count(), infos[i].loops().count());
            }
        }
    }

    /** Whichever thread comes first, the first function at fault is blamed. */
    @Test
    void blamesTheFirstFunction() {
        for (int first = 0; first < 2000; first += 97) {
            WasmBuilder builder = new WasmBuilder();
            int type = builder.type(NONE, NONE);
            for (int i = 0; i < 2000; i++) {
                // From the first fault on, every third body is at fault: it leaves an operand behind.
                boolean faulty = i >= first && (i - first) % 3 == 0;
                builder.function(
                        type,
                        NONE,
                        faulty
                                ? WasmBuilder.code().i32(1).end()
                                : WasmBuilder.code().end());
            }
            Module module = SuiteModules.parse(builder.build());
            InvalidException fault =
                    assertThrows(InvalidException.class, () -> Validator.validateAll(module, Limits.DEFAULT, 0, 4));
            assertEquals(module.bodyEnd(first) - 1, fault.offset());
        }
    }

    @Test
    void modulesWithoutBodies() {
        Module module = SuiteModules.parse(new WasmBuilder().build());
        assertEquals(0, Validator.validateAll(module, Limits.DEFAULT, 0, 4).length);
    }
}
