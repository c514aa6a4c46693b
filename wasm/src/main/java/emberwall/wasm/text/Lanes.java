package emberwall.wasm.text;

import emberwall.wasm.MalformedException;

/** Reads vectors as they are written: a shape, then a number for each lane. */
final class Lanes {
    private Lanes() {}

    /** How many bits a lane of this shape has, or 0 if the word is no shape. */
    static int bits(String shape) {
        return switch (shape) {
            case "i8x16" -> 8;
            case "i16x8" -> 16;
            case "i32x4", "f32x4" -> 32;
            case "i64x2", "f64x2" -> 64;
            default -> 0;
        };
    }

    /** Reads shape and lanes of a vector and writes its sixteen bytes. */
    static void constant(Tokens in, BinaryWriter out) {
        String shape = in.is(TokenKind.KEYWORD) ? in.word() : "";
        int bits = bits(shape);
        if (bits == 0) {
            throw in.unexpected();
        }
        in.advance();
        boolean floating = shape.startsWith("f");
        int lanes = 128 / bits;
        // A wrong number of lanes goes before what is wrong with one of them.
        MalformedException problem = null;
        int count = 0;
        for (; in.is(TokenKind.INTEGER) || in.is(TokenKind.FLOAT); count++) {
            if (problem != null || count >= lanes) {
                in.advance();
                continue;
            }
            try {
                out.fixed(floating ? in.floating(bits) : in.integer(bits), bits / 8);
            } catch (MalformedException malformed) {
                problem = malformed;
                in.advance();
            }
        }
        if (in.is(TokenKind.RESERVED) || in.is(TokenKind.KEYWORD) && !Keywords.isKnown(in.word())) {
            throw in.unexpected();
        }
        if (count != lanes) {
            throw in.error("wrong number of lane literals");
        }
        if (problem != null) {
            throw problem;
        }
    }
}
