package emberwall.wasm.text;

import emberwall.wasm.ValueType;
import emberwall.wasm.text.ScriptValue.AnyReference;
import emberwall.wasm.text.ScriptValue.Either;
import emberwall.wasm.text.ScriptValue.HostReference;
import emberwall.wasm.text.ScriptValue.Nan;
import emberwall.wasm.text.ScriptValue.Null;
import emberwall.wasm.text.ScriptValue.Scalar;
import emberwall.wasm.text.ScriptValue.Vector;
import java.util.ArrayList;
import java.util.List;

/** Reads the arguments and expectations of scripts. */
final class ScriptValues {
    private final Tokens in;

    ScriptValues(Tokens in) {
        this.in = in;
    }

    /** All that stand here. */
    List<ScriptValue> all() {
        List<ScriptValue> values = new ArrayList<>();
        while (in.is(TokenKind.OPEN)) {
            values.add(value(true));
        }
        return values;
    }

    private ScriptValue value(boolean mayBeEither) {
        in.openAny();
        String word = in.is(TokenKind.KEYWORD) ? in.word() : "";
        ScriptValue value;
        if (word.endsWith(".const")) {
            value = constant(word);
        } else if (word.startsWith("ref.")) {
            value = reference(word);
        } else if (word.equals("either") && mayBeEither) {
            value = either();
        } else {
            throw in.unexpected();
        }
        in.close();
        return value;
    }

    private ScriptValue either() {
        in.advance();
        List<ScriptValue> alternatives = new ArrayList<>();
        while (in.is(TokenKind.OPEN)) {
            alternatives.add(value(false));
        }
        return new Either(alternatives);
    }

    private ScriptValue constant(String word) {
        if (!Keywords.isKnown(word)) {
            throw in.unexpected();
        }
        in.advance();
        String type = word.substring(0, word.length() - ".const".length());
        return type.equals("v128") ? vector() : scalar(type);
    }

    /** A number of this type, lanes included. */
    private ScriptValue scalar(String type) {
        return switch (type) {
            case "i8" -> new Scalar(ValueType.I8, in.integer(8) & 0xFF);
            case "i16" -> new Scalar(ValueType.I16, in.integer(16) & 0xFFFF);
            case "i32" -> new Scalar(ValueType.I32, in.integer(32) & 0xFFFF_FFFFL);
            case "i64" -> new Scalar(ValueType.I64, in.integer(64));
            case "f32" -> floating(ValueType.F32);
            case "f64" -> floating(ValueType.F64);
            default -> throw in.unexpected();
        };
    }

    private ScriptValue floating(int type) {
        boolean canonical = in.isKeyword("nan:canonical");
        if (canonical || in.isKeyword("nan:arithmetic")) {
            in.advance();
            return new Nan(type, canonical);
        }
        return type == ValueType.F32
                ? new Scalar(type, in.floating(32) & 0xFFFF_FFFFL)
                : new Scalar(type, in.floating(64));
    }

    private ScriptValue vector() {
        String shape = in.is(TokenKind.KEYWORD) ? in.word() : "";
        int bits = Lanes.bits(shape);
        if (bits == 0) {
            throw in.unexpected();
        }
        in.advance();
        String type = shape.substring(0, shape.indexOf('x'));
        List<ScriptValue> lanes = new ArrayList<>();
        for (int lane = 0; lane < 128 / bits; lane++) {
            lanes.add(scalar(type));
        }
        int laneType = switch (lanes.getFirst()) {
            case Scalar scalar -> scalar.type();
            case Nan nan -> nan.type();
            default -> throw new InternalError("no lane: " + lanes.getFirst());
        };
        return new Vector(laneType, lanes);
    }

    private ScriptValue reference(String word) {
        in.advance();
        switch (word) {
            case "ref.null" -> {
                return new Null(in.is(TokenKind.CLOSE) ? ValueType.BOTTOM : abstractHeapType(in.keyword()));
            }
            case "ref.host" -> {
                return new HostReference(true, in.u32());
            }
            case "ref.extern" -> {
                return in.is(TokenKind.CLOSE) ? new AnyReference(ValueType.EXTERN) : new HostReference(false, in.u32());
            }
            default -> {
                if (in.is(TokenKind.INTEGER)) {
                    // Some function, some structure: which one, only the reference interpreter knows.
                    in.advance();
                }
                return new AnyReference(abstractHeapType(word.substring("ref.".length())));
            }
        }
    }

    private int abstractHeapType(String word) {
        Integer type = TypeParser.abstractHeapType(word);
        if (type == null) {
            throw in.error("unknown operator " + word);
        }
        return type;
    }
}
