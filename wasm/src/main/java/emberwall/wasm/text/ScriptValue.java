package emberwall.wasm.text;

import emberwall.wasm.ValueType;
import java.util.List;
import java.util.StringJoiner;

/**
 * What scripts give to functions and expect of them. {@link Scalar}, {@link Null} and {@link HostReference}, and a
 * {@link Vector} of scalars, are values; the rest stands for sets of them, and for expectations only. Types are those of
 * {@link ValueType}; {@code toString} is the script's notation.
 */
public sealed interface ScriptValue {
    /**
     * A number by its bits, or a lane of a vector.
     *
     * @param type {@code I32}, {@code I64}, {@code F32}, {@code F64}; of a lane {@code I8} or {@code I16} as well
     * @param bits zero-extended
     */
    record Scalar(int type, long bits) implements ScriptValue {
        @Override
        public String toString() {
            return constant(type, literal());
        }

        private String literal() {
            return switch (type) {
                case ValueType.I64 -> Long.toString(bits);
                case ValueType.F32 -> floating(Float.intBitsToFloat((int) bits), bits, 23);
                case ValueType.F64 -> floating(Double.longBitsToDouble(bits), bits, 52);
                default -> Integer.toString((int) bits);
            };
        }

        private static String floating(double value, long bits, int fractionBits) {
            int width = fractionBits == 23 ? 32 : 64;
            String sign = (bits >>> (width - 1) & 1) == 0 ? "" : "-";
            if (Double.isNaN(value)) {
                return sign + "nan:0x" + Long.toHexString(bits & (1L << fractionBits) - 1);
            }
            if (Double.isInfinite(value)) {
                return sign + "inf";
            }
            return Double.toHexString(value);
        }
    }

    /**
     * {@code nan:canonical}: either sign, the quiet bit and nothing else in the payload; or {@code nan:arithmetic}: the
     * quiet bit, and whatever else.
     *
     * @param type {@code F32} or {@code F64}
     */
    record Nan(int type, boolean isCanonical) implements ScriptValue {
        @Override
        public String toString() {
            return constant(type, literal());
        }

        private String literal() {
            return isCanonical ? "nan:canonical" : "nan:arithmetic";
        }
    }

    /**
     * A {@code v128}.
     *
     * @param laneType {@code I8}, {@code I16}, {@code I32}, {@code I64}, {@code F32} or {@code F64}
     * @param lanes from the lowest on: each a {@link Scalar} or {@link Nan} of the lane type
     */
    record Vector(int laneType, List<ScriptValue> lanes) implements ScriptValue {
        public Vector {
            lanes = List.copyOf(lanes);
        }

        /** Bits 0 to 63 of a vector of scalars. */
        public long low() {
            return word(0);
        }

        /** Bits 64 to 127 of a vector of scalars. */
        public long high() {
            return word(lanes.size() / 2);
        }

        private long word(int first) {
            int width = 128 / lanes.size();
            long word = 0;
            for (int lane = lanes.size() / 2 - 1; lane >= 0; lane--) {
                word = (width == 64 ? 0 : word << width) | ((Scalar) lanes.get(first + lane)).bits();
            }
            return word;
        }

        @Override
        public String toString() {
            StringJoiner joiner =
                    new StringJoiner(" ", "(v128.const " + ValueType.text(laneType) + "x" + lanes.size() + " ", ")");
            for (ScriptValue lane : lanes) {
                joiner.add(lane instanceof Scalar scalar ? scalar.literal() : ((Nan) lane).literal());
            }
            return joiner.toString();
        }
    }

    /**
     * {@code (ref.null heaptype)}: as an expectation every null of that hierarchy; every null there is if the type is
     * {@link ValueType#BOTTOM}, which the expectation {@code (ref.null)} has.
     *
     * @param heapType an abstract one, or {@code BOTTOM}
     */
    record Null(int heapType) implements ScriptValue {
        @Override
        public String toString() {
            return heapType == ValueType.BOTTOM ? "(ref.null)" : "(ref.null " + ValueType.heapText(heapType) + ")";
        }
    }

    /**
     * {@code (ref.extern number)}, an object of the host's, the same for the same number; or {@code (ref.host number)}, the
     * same object as an {@code any}.
     */
    record HostReference(boolean isInternal, int number) implements ScriptValue {
        @Override
        public String toString() {
            return (isInternal ? "(ref.host " : "(ref.extern ") + number + ")";
        }
    }

    /**
     * {@code (ref.func)}, {@code (ref.i31)} and so on: any reference of that kind that is not null.
     *
     * @param heapType an abstract one
     */
    record AnyReference(int heapType) implements ScriptValue {
        @Override
        public String toString() {
            return "(ref." + ValueType.heapText(heapType) + ")";
        }
    }

    /** {@code (either expectation*)}. */
    record Either(List<ScriptValue> alternatives) implements ScriptValue {
        public Either {
            alternatives = List.copyOf(alternatives);
        }

        @Override
        public String toString() {
            StringJoiner joiner = new StringJoiner(" ", "(either ", ")");
            alternatives.forEach(one -> joiner.add(one.toString()));
            return joiner.toString();
        }
    }

    private static String constant(int type, String literal) {
        return "(" + ValueType.text(type) + ".const " + literal + ")";
    }
}
