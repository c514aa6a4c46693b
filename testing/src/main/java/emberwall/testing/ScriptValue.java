package emberwall.testing;

/**
 * A value that passes between {@link ScriptRunner} and a {@link ScriptEngine}.
 *
 * @param type {@code i32}, {@code i64}, {@code f32}, {@code f64}, {@code v128}; of references what they refer to:
 *     {@code funcref}, {@code externref}, {@code anyref} (a host's reference made internal), {@code i31ref},
 *     {@code structref}, {@code arrayref}, {@code exnref}; of a null, any reference type's name
 * @param low the bits: i32 and f32 zero-extended; of a {@code v128} lanes 0 to 7 as bytes
 * @param high the upper half of a {@code v128}
 * @param reference null, or the {@link HostReference} if it is one, or some other object that stands for it
 */
public record ScriptValue(String type, long low, long high, Object reference) {
    /** The object number {@code number} of the script's host. */
    public record HostReference(int number) {}

    public static ScriptValue i32(int value) {
        return new ScriptValue("i32", value & 0xffff_ffffL, 0, null);
    }

    public static ScriptValue i64(long value) {
        return new ScriptValue("i64", value, 0, null);
    }

    public static ScriptValue f32(int bits) {
        return new ScriptValue("f32", bits & 0xffff_ffffL, 0, null);
    }

    public static ScriptValue f64(long bits) {
        return new ScriptValue("f64", bits, 0, null);
    }

    public static ScriptValue v128(long low, long high) {
        return new ScriptValue("v128", low, high, null);
    }

    public static ScriptValue reference(String type, Object reference) {
        return new ScriptValue(type, 0, 0, reference);
    }

    /** Whether it is a number or a vector, not a reference. */
    public boolean isNumber() {
        return switch (type) {
            case "i32", "i64", "f32", "f64", "v128" -> true;
            default -> false;
        };
    }
}
