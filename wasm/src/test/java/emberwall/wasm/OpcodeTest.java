package emberwall.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.op.Op;
import emberwall.op.V128;
import emberwall.op.VectorEval;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Walks the rows of the instruction set. */
class OpcodeTest {
    @Test
    void everyRowOnVectorsComputes() {
        int computed = 0;
        for (Opcode opcode : Opcode.values()) {
            boolean isVector = opcode.feature() == Feature.SIMD || opcode.feature() == Feature.RELAXED_SIMD;
            if (isVector && opcode.meaning() instanceof Meaning.Numeric numeric) {
                assertNotNull(VectorEval.apply(numeric.op(), numeric.type(), V128.ZERO), opcode::text);
                int immediates = opcode.immediate() == Immediate.NONE ? 0 : 1;
                int operands = opcode.signature().parameterCount();
                assertEquals(numeric.op().arity(), operands, opcode::text);
                assertTrue(operands + immediates <= 3, opcode::text);
                computed++;
            }
        }
        assertEquals(256 - 23, computed);
    }

    @Test
    void everyCodeLeadsToItsRow() {
        Set<Integer> codes = new HashSet<>();
        for (Opcode opcode : Opcode.values()) {
            assertTrue(codes.add(opcode.code()), opcode::name);
            Opcode found =
                    opcode.prefix() == 0 ? Opcode.of(opcode.code()) : Opcode.of(opcode.prefix(), opcode.number());
            assertSame(opcode, found);
            assertSame(opcode, Opcode.at(opcode.ordinal()));
        }
        assertEquals(Opcode.count(), codes.size());
        for (int first = 0; first < 256; first++) {
            assertTrue(Opcode.of(first) == null || !Opcode.isPrefix(first));
            assertEquals(first >= 0xFB && first <= 0xFE, Opcode.isPrefix(first));
        }
        for (int number : new int[] {-1, Integer.MIN_VALUE, 0x200, 0xFFF, 0x1000, Integer.MAX_VALUE}) {
            for (int prefix = 0xFB; prefix <= 0xFE; prefix++) {
                assertNull(Opcode.of(prefix, number));
            }
        }
    }

    @Test
    void namesFollowTexts() {
        Map<String, Opcode> texts = new HashMap<>();
        EnumSet<Opcode> twins = EnumSet.of(Opcode.SELECT_TYPED, Opcode.REF_TEST_NULL, Opcode.REF_CAST_NULL);
        for (Opcode opcode : Opcode.values()) {
            if (!twins.contains(opcode)) {
                assertNull(texts.put(opcode.text(), opcode), opcode::name);
                assertEquals(opcode.text().replace('.', '_').toUpperCase(Locale.ROOT), opcode.name());
            }
        }
    }

    @Test
    void theSetIsComplete() {
        Map<Feature, Integer> counts = new HashMap<>();
        for (Opcode opcode : Opcode.values()) {
            counts.merge(opcode.feature(), 1, Integer::sum);
        }
        assertEquals(172, counts.get(Feature.MVP));
        assertEquals(5, counts.get(Feature.SIGN_EXTENSION));
        assertEquals(8, counts.get(Feature.SATURATING_CONVERSIONS));
        assertEquals(7, counts.get(Feature.BULK_MEMORY));
        assertEquals(236, counts.get(Feature.SIMD));
        assertEquals(20, counts.get(Feature.RELAXED_SIMD));
        assertEquals(3, counts.get(Feature.EXCEPTIONS));
        assertEquals(5, counts.get(Feature.LEGACY_EXCEPTIONS));
        assertEquals(67, counts.get(Feature.THREADS));
        assertEquals(4, counts.get(Feature.WIDE_ARITHMETIC));
        assertEquals(32, counts.get(Feature.GC));
    }

    @Test
    void operatorsTakeWhatTheirRowsSay() {
        for (Opcode opcode : Opcode.values()) {
            Op op;
            if (opcode.meaning() instanceof Meaning.Numeric numeric) {
                op = numeric.op();
                assertEquals(0, opcode.accessBytes());
            } else if (opcode.meaning() instanceof Meaning.Memory memory) {
                op = memory.op();
                assertEquals(memory.bytes(), opcode.accessBytes());
                assertEquals(op.isAtomic(), opcode.feature() == Feature.THREADS);
            } else {
                continue;
            }
            assertEquals(op.arity(), opcode.signature().parameterCount(), opcode::name);
            String family = op.name().replace("ATOMIC_", "").replace("_", "").toLowerCase(Locale.ROOT);
            family = family.replace("compareexchange", "cmpxchg").replace("exchange", "xchg");
            String text = opcode.text().replace("_", "").replace(".", "");
            assertTrue(text.contains(family.replaceAll("[0-9]+$", "")), () -> opcode + " " + op);
        }
    }

    @Test
    void accessesAreAsWideAsTheirNamesSay() {
        for (Opcode opcode : Opcode.values()) {
            if (!(opcode.meaning() instanceof Meaning.Memory memory) || memory.op() == Op.ATOMIC_FENCE) {
                assertFalse(opcode.immediate() == Immediate.MEMARG || opcode.immediate() == Immediate.MEMARG_LANE);
                continue;
            }
            String digits = opcode.text()
                    .replaceAll("^[a-z0-9]+\\.(atomic\\.)?|\\.[a-z_]+$", "")
                    .replaceAll("[^0-9x]", "");
            int bits;
            if (digits.matches("[0-9]+x[0-9]+")) {
                bits = 64;
            } else if (digits.matches("[0-9]+")) {
                bits = Integer.parseInt(digits);
            } else {
                bits = memory.op() == Op.ATOMIC_NOTIFY ? 32 : memory.type().bits();
            }
            assertEquals(bits / 8, memory.bytes(), opcode::name);
        }
    }

    @Test
    void signaturesAreTheirNames() {
        for (Signature signature : Signature.values()) {
            if (signature == Signature.EMPTY || signature == Signature.POLYMORPHIC) {
                assertEquals(0, signature.parameterCount() + signature.resultCount());
                continue;
            }
            StringBuilder name = new StringBuilder();
            for (int i = 0; i < signature.parameterCount(); i++) {
                name.append(".ILFDVA".charAt(signature.parameter(i)));
            }
            name.append('_');
            for (int i = 0; i < signature.resultCount(); i++) {
                name.append(".ILFDVA".charAt(signature.result(i)));
            }
            assertEquals(signature.name(), name.toString());
        }
    }

    @Test
    void everyImmediateCanBeSkipped() {
        byte[] zeros = new byte[64];
        for (Immediate immediate : Immediate.values()) {
            BodyReader reader = new BodyReader(zeros, 0, zeros.length);
            reader.skip(immediate);
            assertEquals(immediate == Immediate.NONE, reader.position() == 0, immediate::name);
        }
        for (Opcode opcode : Opcode.values()) {
            assertNotNull(opcode.immediate());
        }
    }
}
