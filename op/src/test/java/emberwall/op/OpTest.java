package emberwall.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

class OpTest {
    @Test
    void propertiesFitTogether() {
        for (Op op : Op.values()) {
            assertTrue(op.arity() >= 0 && op.arity() <= 4, op::name);
            assertTrue(!op.isCommutative() || op.arity() == 2, op::name);
            boolean touchesMemory = op.readsMemory() || op.writesMemory();
            assertTrue(!touchesMemory || !op.mayFault(), op::name);
            assertEquals(op.isPure(), !touchesMemory && !op.mayFault(), op::name);
            assertEquals(op.name().startsWith("ATOMIC"), op.isAtomic(), op::name);
        }
        assertTrue(Op.ATOMIC_ADD.readsMemory() && Op.ATOMIC_ADD.writesMemory() && Op.ATOMIC_ADD.isAtomic());
        assertTrue(Op.LOAD8_S.readsMemory() && !Op.LOAD8_S.writesMemory() && Op.STORE8.writesMemory());
    }

    @Test
    void typesKnowTheirSize() {
        for (Type type : Type.values()) {
            int bytes = type.isVector() ? 16 : type.laneBits() / 8;
            assertEquals(bytes, type.bytes(), type::name);
            assertEquals(type.name().startsWith("F"), type.isFloat(), type::name);
        }
        assertFalse(Type.F64.isVector());
    }

    @Test
    void trapReasonsAreFoundByOrdinalAndDifferInWords() {
        var words = new HashSet<String>();
        for (TrapReason reason : TrapReason.values()) {
            assertSame(reason, TrapReason.of(reason.ordinal()));
            assertTrue(words.add(reason.text()), reason::name);
        }
    }
}
