package emberwall.wasm.text;

import emberwall.wasm.LimitException;
import emberwall.wasm.MalformedException;
import java.nio.charset.StandardCharsets;

/**
 * Reads a module from its text (WebAssembly 3.0, chapter 6) and gives it in the binary format. What the text format checks
 * is checked here, what makes a module valid is not.
 *
 * <p>Fields are read twice: first for the names of everything, then for the rest.
 */
public final class WatParser {
    private final Tokens in;

    private WatParser(Tokens in) {
        this.in = in;
    }

    /**
     * Reads a module: {@code (module ...)}, or its fields alone.
     *
     * @throws MalformedException if the text is no module
     */
    public static WatModule parse(String text) {
        return parse(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads a module: {@code (module ...)}, or its fields alone.
     *
     * @param text in UTF-8; the array must not change afterwards
     * @throws MalformedException if the text is no module
     * @throws LimitException if it is beyond a limit, or needs more heap than there is
     */
    public static WatModule parse(byte[] text) {
        try {
            return new WatParser(new Tokens(text)).module();
        } catch (OutOfMemoryError full) {
            throw tooLarge(text);
        }
    }

    /** The end of a text that made us allocate more than there is, all of which is garbage by now. */
    static LimitException tooLarge(byte[] text) {
        return new LimitException(
                "implementation limit: a text of " + text.length + " bytes that needs more heap than there is", 0);
    }

    /** Whether bytes begin as a text does and no binary module can: with a parenthesis or a comment, after white space. */
    public static boolean isText(byte[] bytes) {
        int at = 0;
        while (at < bytes.length && (bytes[at] == ' ' || bytes[at] >= '\t' && bytes[at] <= '\r')) {
            at++;
        }
        return at < bytes.length && (bytes[at] == '(' || bytes[at] == ';');
    }

    /** Reads a module that is part of a script known to be UTF-8: {@code (module ...)} or {@code (module definition ...)}. */
    static WatModule parse(byte[] script, int from, int to) {
        return new WatParser(Tokens.of(script, from, to)).module();
    }

    private WatModule module() {
        boolean wrapped = in.tryOpen("module");
        Draft draft = new Draft();
        if (wrapped) {
            in.tryKeyword("definition");
            String id = in.tryId();
            String name = Annotations.takeName(in, "module");
            draft.name = name != null ? name : id;
        }
        WatModule module = fields(draft);
        if (wrapped) {
            in.close();
        }
        if (!in.is(TokenKind.END)) {
            throw in.unexpected();
        }
        return module;
    }

    private WatModule fields(Draft draft) {
        TypeParser types = new TypeParser(in, draft.types);
        Tokens.Mark begin = in.mark();
        new FieldScan(in, draft, types).scan();
        in.rewind(begin);
        in.annotationsCount(true);
        new FieldParser(in, draft, types).parse();
        return new Encoder(draft, in.text()).encode();
    }
}
