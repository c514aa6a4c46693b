package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.os.Cpu;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the API tells of the machine and of its code. */
class MachineTest {
    private static final String SWITCH = """
            (module (func (export "f") (param i32) (result i32)
              (block (block (block (block (br_table 0 1 2 3 (local.get 0)))
                (return (i32.const 1))) (return (i32.const 2))) (return (i32.const 3))) (i32.const 4)))""";

    @Test
    void enginesUseWhatTheMachineAllows() {
        Machine machine = Machine.examine();
        try (Engine engine = Engine.start()) {
            assertEquals(engine.tier() == Tier.REFERENCE, machine.refusal() != null);
            if (engine.tier() == Tier.REFERENCE) return;
            assertEquals(engine.bounds() == Bounds.GUARD, machine.guardPages());
            assertTrue(machine.codeMemory().stream().anyMatch(way -> way.refusal() == null));
            assertEquals(Cpu.has(Cpu.Feature.AVX), machine.features().contains("avx"));
        }
    }

    @Test
    void processorsHaveNames() {
        assertEquals(0, Processor.SSE2.mask());
        assertEquals(Processor.SSE4_1, Processor.of("sse4.1"));
        for (Processor processor : Processor.values()) {
            assertEquals(processor, Processor.of(processor.text()));
            assertEquals(
                    processor.mask(), Config.builder().cpu(processor).build().cpuMask());
        }
        assertEquals(Processor.SSE4_2.mask() | Cpu.Feature.AVX.bit(), Processor.AVX.mask());
        assertEquals(
                "'sse5' is not one of sse2, sse4.1, sse4.2, avx",
                assertThrows(IllegalArgumentException.class, () -> Processor.of("sse5"))
                        .getMessage());
    }

    @Test
    void codeIsListedWithoutGaps() {
        try (Engine engine = Engine.start();
                CompiledModule module = engine.compileText(SWITCH)) {
            if (engine.tier() == Tier.REFERENCE) return;
            MachineCode code = module.inspect(0);
            List<MachineCode.Line> lines = code.lines();
            int offset = 0;
            for (MachineCode.Line line : lines) {
                assertEquals(offset, line.offset());
                offset += line.length();
            }
            assertEquals(code.code().length, offset);
            assertEquals("push   rbp", lines.getFirst().text());
            assertTrue(lines.stream().anyMatch(line -> line.text().startsWith("jmp ")), "a jump by a table");
        }
    }

    @Test
    void modulesComeInEitherFormAndLeaveInOne() throws Exception {
        try (Engine engine = Engine.start();
                CompiledModule text = engine.compileText(SWITCH);
                CompiledModule stream =
                        engine.compile(new ByteArrayInputStream(SWITCH.getBytes(StandardCharsets.UTF_8)));
                CompiledModule binary = engine.compile(new ByteArrayInputStream(text.binary()))) {
            assertArrayEquals(text.binary(), stream.binary());
            assertArrayEquals(text.binary(), binary.binary());
            try (Instance instance = binary.instantiate()) {
                assertEquals(3, instance.function("f").call(2));
            }
        }
    }
}
