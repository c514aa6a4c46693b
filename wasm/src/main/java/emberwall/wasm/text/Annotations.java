package emberwall.wasm.text;

import emberwall.wasm.MalformedException;
import emberwall.wasm.text.Lexer.Annotation;

/** The annotations that have a meaning (WebAssembly 3.0, appendix "custom sections"), and where they may stand. */
final class Annotations {
    static final String CUSTOM = "custom";
    static final String NAME = "name";
    static final String BRANCH_HINT = "metadata.code.branch_hint";

    private Annotations() {}

    static boolean isKnown(String name) {
        return switch (name) {
            case CUSTOM, NAME, BRANCH_HINT -> true;
            default -> false;
        };
    }

    /** The error about an annotation that stands where it means nothing. */
    static MalformedException misplaced(Tokens in, Annotation annotation) {
        String problem = annotation.name().equals(BRANCH_HINT)
                ? "@" + BRANCH_HINT + " annotation: not in a function"
                : "misplaced @" + annotation.name() + " annotation";
        return in.error(problem, annotation.start());
    }

    /** The tokens of an annotation, after its name. */
    static Tokens content(Tokens in, Annotation annotation) {
        return Tokens.of(in.text(), annotation.from(), annotation.to());
    }

    /** The name that annotations before the current token give to {@code what}, or null; others stay. */
    static String takeName(Tokens in, String what) {
        String name = null;
        for (Annotation annotation : in.takeAnnotations(NAME)) {
            if (name != null) {
                throw in.error("@name annotation: multiple " + what, annotation.start());
            }
            Tokens content = content(in, annotation);
            name = content.name();
            end(content);
        }
        return name;
    }

    static void end(Tokens content) {
        if (!content.is(TokenKind.END)) {
            throw content.unexpected();
        }
    }
}
