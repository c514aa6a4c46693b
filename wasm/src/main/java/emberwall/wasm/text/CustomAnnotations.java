package emberwall.wasm.text;

import emberwall.wasm.MalformedException;
import emberwall.wasm.text.Draft.Custom;
import emberwall.wasm.text.Lexer.Annotation;
import java.util.Map;

/** Makes custom sections of annotations: those that say {@code @custom}, and the hints for branches. */
final class CustomAnnotations {
    private static final String PREFIX = "@custom annotation: ";

    private final Tokens in;
    private final Draft draft;

    CustomAnnotations(Tokens in, Draft draft) {
        this.in = in;
        this.draft = draft;
    }

    /** Takes the sections that stand before the current token, between fields. */
    void take() {
        in.takeAnnotations(Annotations.CUSTOM).forEach(this::custom);
    }

    private void custom(Annotation annotation) {
        Tokens content = Annotations.content(in, annotation);
        if (!content.is(TokenKind.STRING)) {
            throw in.error(PREFIX + "missing section name", annotation.start());
        }
        String name;
        try {
            name = content.name();
        } catch (MalformedException malformed) {
            throw in.error(PREFIX + malformed.problem(), malformed.offset());
        }
        boolean before = false;
        SectionKind section = null;
        if (content.is(TokenKind.OPEN)) {
            content.openAny();
            before = content.isKeyword("before");
            if (!before && !content.isKeyword("after")) {
                throw in.error(PREFIX + "malformed placement", content.position());
            }
            content.advance();
            section = section(content, before);
        }
        BinaryWriter bytes = new BinaryWriter();
        content.strings(bytes);
        if (!content.is(TokenKind.END)) {
            throw in.error(PREFIX + "unexpected token", content.position());
        }
        draft.customs.add(new Custom(name, before, section, bytes.toArray()));
    }

    /** The section of a placement, null for {@code first} and {@code last}. */
    private SectionKind section(Tokens content, boolean before) {
        String word = content.is(TokenKind.KEYWORD) ? content.word() : "";
        SectionKind section = SectionKind.of(word);
        if (section == null && !word.equals(before ? "first" : "last")) {
            throw in.error(PREFIX + "malformed section kind", content.position());
        }
        content.advance();
        if (!content.is(TokenKind.CLOSE)) {
            throw in.error(PREFIX + "unexpected token", content.position());
        }
        content.advance();
        return section;
    }

    /** Makes the section of the hints for branches, which stands before the code. */
    void hints(Map<Integer, BranchHints> hints) {
        if (hints.isEmpty()) {
            return;
        }
        BinaryWriter bytes = new BinaryWriter();
        bytes.u32(hints.size());
        hints.forEach((function, entry) -> entry.write(function, bytes));
        draft.customs.add(new Custom(Annotations.BRANCH_HINT, true, SectionKind.CODE, bytes.toArray()));
    }
}
