package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.testing.ChildJvm;
import emberwall.testing.WasmBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens where machine code, or the fault handler, cannot be had. */
class FallbackTest {
    /** Runs in a child: asks for everything automatic, twice, and says what it got. */
    static final class Child {
        public static void main(String[] arguments) {
            for (int i = 0; i < 2; i++) {
                try (Engine engine = Engine.start(Config.DEFAULT);
                        CompiledModule module = engine.compile(FallbackTest.answer());
                        Instance instance = module.instantiate(Imports.of())) {
                    System.out.println("tier " + engine.tier() + ", bounds " + engine.bounds() + ", answer "
                            + instance.function("answer").call());
                }
            }
            try (Engine engine =
                    Engine.start(Config.builder().tier(Tier.BASELINE).build())) {
                System.out.println("baseline " + engine.tier());
            } catch (IllegalStateException refused) {
                System.out.println("refused: " + refused.getMessage());
            }
        }
    }

    static byte[] answer() {
        WasmBuilder m = new WasmBuilder();
        int type = m.type(new int[0], new int[] {WasmBuilder.I32});
        m.memory(1, 1);
        m.exportFunction(
                "answer",
                m.function(
                        type,
                        new int[0],
                        WasmBuilder.code()
                                .i32(8)
                                .i32(42)
                                .memory(0x36, 2, 0)
                                .i32(8)
                                .memory(0x28, 2, 0)
                                .end()));
        return m.build();
    }

    private static List<String> child(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> lines =
                new String(process.getInputStream().readAllBytes()).lines().toList();
        assertEquals(0, process.waitFor(), String.join("\n", lines));
        return lines;
    }

    private static long count(List<String> lines, String text) {
        return lines.stream().filter(line -> line.contains(text)).count();
    }

    @Test
    void withoutAProcessorThatWeKnowTheReferenceTierRunsAfterOneWarning() throws Exception {
        List<String> lines = child("-Demberwall.platform.unavailable=there is no back end for the processor z80");
        assertEquals(2, count(lines, "tier REFERENCE, bounds EXPLICIT, answer 42"), String.join("\n", lines));
        assertEquals(1, count(lines, "reference interpreter, slowly: there is no back end for the processor z80"));
        assertEquals(1, count(lines, "refused: machine code cannot run here: there is no back end"));
    }

    @Test
    void whereNativeAccessIsDeniedTheReferenceTierRunsAfterOneWarning() throws Exception {
        List<String> lines = child("--illegal-native-access=deny");
        assertEquals(2, count(lines, "tier REFERENCE, bounds EXPLICIT, answer 42"), String.join("\n", lines));
        assertEquals(1, count(lines, "reference interpreter, slowly: native access is denied"));
    }

    @Test
    void withoutTheFaultHandlerCodeChecksBounds() throws Exception {
        List<String> lines = child("--enable-native-access=ALL-UNNAMED", "-Demberwall.fault.handler=off");
        assertEquals(2, count(lines, "tier BASELINE, bounds EXPLICIT, answer 42"), String.join("\n", lines));
    }

    @Test
    void whereNoHandlerCanBeInstalledCodeChecksBounds() {
        List<String> lines = denied("handler");
        assertEquals(List.of("BASELINE EXPLICIT 42", "BASELINE EXPLICIT 42"), lines.subList(0, 2), lines::toString);
        assertTrue(lines.get(2).startsWith("refused: guard pages do not work here"), lines::toString);
        assertEquals(3, lines.size(), lines::toString);
    }

    @Test
    void whereMemoryMustNotBeExecutableTheReferenceTierRunsAfterOneWarning() {
        List<String> lines = denied("execution");
        assertEquals(1, count(lines, "WARNING"), lines::toString);
        assertEquals(1, count(lines, "slowly: making memory executable: permission denied"), lines::toString);
        assertEquals(2, count(lines, "REFERENCE EXPLICIT 42"), lines::toString);
        assertEquals(
                1, count(lines, "refused: machine code cannot run here: making memory executable"), lines::toString);
    }

    private static List<String> denied(String what) {
        return ChildJvm.of(Denied.class).run(what).ok().lines().toList();
    }

    @Test
    void guardPagesThatDoNotWorkAreRefusedIfAskedFor() {
        String before = System.setProperty("emberwall.fault.handler", "off");
        try {
            Config config = Config.builder().bounds(Bounds.GUARD).build();
            IllegalStateException refused = assertThrows(IllegalStateException.class, () -> Engine.start(config));
            assertTrue(refused.getMessage().contains("guard pages"), refused.getMessage());
            try (Engine engine = Engine.start()) {
                assertSame(Bounds.EXPLICIT, engine.bounds());
            }
        } finally {
            if (before == null) {
                System.clearProperty("emberwall.fault.handler");
            } else {
                System.setProperty("emberwall.fault.handler", before);
            }
        }
    }
}
