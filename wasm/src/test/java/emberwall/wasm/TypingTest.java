package emberwall.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import emberwall.op.Op;
import emberwall.op.Type;
import emberwall.op.Typing;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The types that operators derive from their names are those of the instruction table. */
class TypingTest {
    @ParameterizedTest
    @EnumSource(Opcode.class)
    void operandsAndResultsAreTheTables(Opcode opcode) {
        if (!(opcode.meaning() instanceof Meaning.Numeric(Op op, Type type))) {
            return;
        }
        Signature signature = opcode.signature();
        assertEquals(signature.parameterCount(), op.arity());
        for (int i = 0; i < op.arity(); i++) {
            assertEquals(signature.parameter(i), number(Typing.operand(op, type, i)), "operand " + i);
        }
        assertEquals(signature.resultCount(), Typing.results(op));
        assertEquals(signature.result(0), number(Typing.result(op, type)));
    }

    private static int number(Type type) {
        return switch (type) {
            case I32 -> ValueType.I32;
            case I64 -> ValueType.I64;
            case F32 -> ValueType.F32;
            case F64 -> ValueType.F64;
            default -> type.ordinal() == Type.V128.ordinal() ? ValueType.V128 : -1;
        };
    }
}
