package emberwall.ir;

import emberwall.op.Eval;
import emberwall.op.FaultException;
import emberwall.op.Op;
import emberwall.op.Type;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Which operators there are on which scalar types: those that the definition knows. */
final class Tables {
    private static final Map<Type, List<Op>> PURE = new EnumMap<>(Type.class);

    static {
        for (Type type : List.of(Type.I32, Type.I64, Type.F32, Type.F64)) {
            List<Op> ops = new ArrayList<>();
            for (Op op : Op.values()) {
                if (op.isPure() && isDefined(op, type)) {
                    ops.add(op);
                }
            }
            PURE.put(type, List.copyOf(ops));
        }
    }

    private Tables() {}

    private static boolean isDefined(Op op, Type type) {
        try {
            Eval.apply(op, type, 1, 1);
            return true;
        } catch (FaultException defined) {
            return true;
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    /** The pure operators on a scalar type. */
    static List<Op> pure(Type type) {
        return PURE.get(type);
    }
}
