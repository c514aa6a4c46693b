package emberwall.fuzz;

import emberwall.fuzz.Draft.Sized;
import emberwall.op.Op;
import emberwall.wasm.Meaning;
import emberwall.wasm.Opcode;
import emberwall.wasm.Signature;
import emberwall.wasm.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The rows of the opcode table that can be put wherever their operands are: those with a signature of their own. A new row
 * that an engine runs is generated without a word here, unless an operand of it wants care.
 */
final class Rows {
    /** What an operand stands for, where any value of its type would mostly trap or take too long. */
    enum Role {
        VALUE,
        /** Of a memory access. */
        ADDRESS,
        /** Where in a memory, table or segment a bulk operation works, or on how much. */
        EXTENT,
        /** Pages to grow by. */
        GROWTH,
        DIVISOR,
        /** A float that becomes an integer. */
        TRUNCATED,
        /** An integer that becomes a float. */
        ROUNDED,
        SHIFT,
        /** Nanoseconds to wait. */
        TIMEOUT
    }

    final Abilities abilities;
    private final List<Opcode> all = new ArrayList<>();
    private final List<List<Opcode>> byResult = new ArrayList<>();

    Rows(Abilities abilities) {
        this.abilities = abilities;
        for (int type = 0; type <= ValueType.V128; type++) {
            byResult.add(new ArrayList<>());
        }
        for (Opcode row : abilities.rows()) {
            Signature signature = row.signature();
            if (signature.isPolymorphic() || signature == Signature.EMPTY && row == Opcode.NOP) {
                continue;
            }
            all.add(row);
            if (signature.resultCount() == 1
                    && signature.result(0) != Signature.ADDRESS
                    && !isOf(row, Meaning.Family.CONSTANT)
                    && !isOf(row, Meaning.Family.BULK)) {
                byResult.get(signature.result(0)).add(row);
            }
        }
    }

    private static boolean isOf(Opcode row, Meaning.Family wanted) {
        return row.meaning() instanceof Meaning.Family family && family == wanted;
    }

    boolean has(Opcode row) {
        return abilities.rows().contains(row);
    }

    Opcode any(SplittableRandom random) {
        return all.get(random.nextInt(all.size()));
    }

    /** A row that makes a value of a numeric type, or null. */
    Opcode making(int type, SplittableRandom random) {
        List<Opcode> rows = byResult.get(type);
        return rows.isEmpty() ? null : rows.get(random.nextInt(rows.size()));
    }

    static int[] operands(Opcode row, Object... immediates) {
        int[] types = new int[row.signature().parameterCount()];
        for (int i = 0; i < types.length; i++) {
            types[i] = resolved(row.signature().parameter(i), immediates);
        }
        return types;
    }

    static int[] results(Opcode row, Object... immediates) {
        int[] types = new int[row.signature().resultCount()];
        for (int i = 0; i < types.length; i++) {
            types[i] = resolved(row.signature().result(i), immediates);
        }
        return types;
    }

    /** An address is one of the memory or table among the immediates. */
    private static int resolved(int type, Object[] immediates) {
        if (type == Signature.ADDRESS) {
            for (Object immediate : immediates) {
                if (immediate instanceof Sized part) {
                    return part.addressType();
                }
            }
            throw new InternalError("neither memory nor table");
        }
        return type;
    }

    static Role role(Opcode row, int index) {
        return switch (row.meaning()) {
            case Meaning.Memory access when index == 2 && access.op() == Op.ATOMIC_WAIT -> Role.TIMEOUT;
            case Meaning.Memory access when index == 0 && access.bytes() > 0 -> Role.ADDRESS;
            case Meaning.Family family when row == Opcode.MEMORY_GROW -> Role.GROWTH;
            case Meaning.Family family when family == Meaning.Family.BULK -> Role.EXTENT;
            case Meaning.Numeric(Op op, var type) -> role(op, index);
            default -> Role.VALUE;
        };
    }

    private static Role role(Op op, int index) {
        return switch (op) {
            case DIV_S, DIV_U, REM_S, REM_U -> index == 1 ? Role.DIVISOR : Role.VALUE;
            case TRUNC_F32_S, TRUNC_F32_U, TRUNC_F64_S, TRUNC_F64_U -> Role.TRUNCATED;
            case CONVERT_I32_S, CONVERT_I32_U, CONVERT_I64_S, CONVERT_I64_U -> Role.ROUNDED;
            case SHL, SHR_S, SHR_U, ROTL, ROTR -> index == 1 ? Role.SHIFT : Role.VALUE;
            default -> Role.VALUE;
        };
    }

    /** Whether all operands may be whatever lies on the stack. */
    static boolean isCarefree(Opcode row) {
        for (int i = 0; i < row.signature().parameterCount(); i++) {
            Role role = role(row, i);
            if (role != Role.VALUE && role != Role.SHIFT) {
                return false;
            }
        }
        return true;
    }

    /** Whether the bits of a NaN as its last operand can be seen in what it does. */
    static boolean observesBits(Opcode row) {
        return switch (row.meaning()) {
            case Meaning.Memory(Op op, var type, int bytes) -> op.writesMemory() && bytes > 0;
            case Meaning.Numeric(Op op, var type) -> op == Op.REINTERPRET || op == Op.COPYSIGN;
            default -> false;
        };
    }

    /** Whether a float that it makes has the same bits in every engine. */
    static boolean isExact(Opcode row) {
        return switch (row.meaning()) {
            case Meaning.Memory access -> true;
            case Meaning.Numeric(Op op, var type) -> op == Op.REINTERPRET;
            default -> isOf(row, Meaning.Family.CONSTANT);
        };
    }
}
