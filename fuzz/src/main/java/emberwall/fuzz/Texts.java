package emberwall.fuzz;

import emberwall.engine.Function;
import emberwall.engine.FunctionType;
import emberwall.engine.GuestReference;
import emberwall.wasm.ValueType;
import java.util.HashMap;
import java.util.Map;

/** Values as text, the same in every engine: objects of the guest by what they are, and which of them are the same. */
final class Texts {
    private final Map<GuestReference, Integer> numbers = new HashMap<>();

    String of(Object value) {
        return switch (value) {
            case null -> "null";
            case Integer number -> "i32:" + Integer.toHexString(number);
            case Long number -> "i64:" + Long.toHexString(number);
            case Float number -> "f32:" + Integer.toHexString(Float.floatToIntBits(number)) + "(" + number + ")";
            case Double number -> "f64:" + Long.toHexString(Double.doubleToLongBits(number)) + "(" + number + ")";
            case Function function -> "function " + function.name() + " " + of(function.type());
            case GuestReference reference -> of(reference);
            default -> value.toString();
        };
    }

    /** A type, without the numbers by which engines know its parts. */
    static String of(FunctionType type) {
        return of(type.parameters()) + " -> " + of(type.results());
    }

    private static String of(int[] types) {
        StringBuilder text = new StringBuilder();
        for (int type : types) {
            text.append(text.isEmpty() ? "" : " ").append(ValueType.text(type, index -> "type"));
        }
        return "[" + text + "]";
    }

    private String of(GuestReference reference) {
        if (reference.kind() == GuestReference.Kind.I31) {
            return "i31:" + reference.i31();
        }
        int number = numbers.computeIfAbsent(reference, first -> numbers.size());
        return reference.kind() + " " + number;
    }
}
