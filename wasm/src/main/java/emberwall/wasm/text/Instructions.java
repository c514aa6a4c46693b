package emberwall.wasm.text;

import emberwall.wasm.Opcode;
import emberwall.wasm.text.Lexer.Annotation;
import emberwall.wasm.text.TypeParser.Use;
import java.util.Arrays;
import java.util.List;

/**
 * Reads instructions, plain and folded in any mixture, and writes them as bytes (WebAssembly 3.0, section 6.5).
 *
 * <p>What has begun and not ended, blocks and folded instructions alike, is a frame on a stack of its own, so that depth
 * costs memory and not the Java stack. A folded instruction is written down at once, immediates and all, but aside; when
 * its operands are through and its parenthesis closes, the bytes move to their place.
 */
final class Instructions {
    /** What a frame is, and so what may come next in it. */
    private enum Frame {
        /** A block that ends with {@code end}. */
        BLOCK,
        /** {@code if}, before {@code else}. */
        IF,
        /** {@code try}, before any clause. */
        TRY,
        /** {@code try} after a {@code catch}. */
        CATCH,
        /** A folded instruction: operands come. */
        FOLDED,
        /** A folded block: instructions come. */
        FOLDED_BLOCK,
        /** A folded {@code if}: its condition comes, then {@code (then}. */
        CONDITION,
        /** After {@code (then ...)}: {@code (else} may come. */
        AFTER_THEN,
        /** After {@code (else ...)}, or {@code (catch_all ...)}: nothing may come. */
        COMPLETE,
        /** A folded {@code try}: {@code (do} comes. */
        FOLDED_TRY,
        /** After {@code (do ...)}: clauses may come. */
        AFTER_DO,
        /** After {@code (catch ...)}: more of them may come. */
        AFTER_CATCH,
        /** After {@code (delegate ...)}: it has ended already. */
        DELEGATED,
        /** A part in parentheses of a folded block. */
        ARM
    }

    private static final int NO_HINT = -1;

    private final Tokens in;
    private final TypeParser types;
    private final Draft draft;
    private final Labels labels = new Labels();
    private final Immediates immediates;
    private final BinaryWriter aside = new BinaryWriter();

    private Section out;
    /** Where hints for branches go, or null outside of functions. */
    private BranchHints hints;

    private Frame[] frames = new Frame[16];
    private int[] starts = new int[16];
    private int[] positions = new int[16];
    private int[] frameHints = new int[16];
    private String[] names = new String[16];
    private int depth;

    Instructions(Tokens in, Draft draft, TypeParser types) {
        this.in = in;
        this.draft = draft;
        this.types = types;
        this.immediates = new Immediates(in, draft, types, labels);
    }

    /** Reads the body of a function up to the parenthesis that closes the function, and gives the names of its labels. */
    Labels body(Section target, IndexSpace locals, BranchHints branchHints) {
        hints = branchHints;
        begin(target, locals);
        sequence();
        hints = null;
        return labels;
    }

    /** Reads a constant expression up to a closing parenthesis, and ends it. */
    void expression(Section target) {
        begin(target, new IndexSpace("local", "local"));
        sequence();
        end();
    }

    /** Reads a constant expression that is one folded instruction, and ends it. */
    void foldedExpression(Section target) {
        begin(target, new IndexSpace("local", "local"));
        folded(NO_HINT);
        while (depth > 0) {
            step();
        }
        end();
    }

    private void begin(Section target, IndexSpace locals) {
        out = target;
        depth = 0;
        aside.truncate(0);
        labels.clear();
        immediates.locals(locals);
    }

    private void end() {
        out.mark(in.position());
        out.bytes().u8(Opcode.END.number());
    }

    private void sequence() {
        while (depth > 0 || !in.is(TokenKind.CLOSE)) {
            step();
        }
    }

    // Frames.

    private Frame top() {
        return depth == 0 ? Frame.ARM : frames[depth - 1];
    }

    private void become(Frame frame) {
        frames[depth - 1] = frame;
    }

    private void push(Frame frame, int position, String name, int hint) {
        if (depth == frames.length) {
            frames = Arrays.copyOf(frames, depth * 2);
            starts = Arrays.copyOf(starts, depth * 2);
            positions = Arrays.copyOf(positions, depth * 2);
            frameHints = Arrays.copyOf(frameHints, depth * 2);
            names = Arrays.copyOf(names, depth * 2);
        }
        frames[depth] = frame;
        positions[depth] = position;
        names[depth] = name;
        frameHints[depth] = hint;
        starts[depth++] = aside.size();
    }

    /** Moves what was written aside for the topmost frame to its place. */
    private void place() {
        int frame = depth - 1;
        mark(positions[frame], frameHints[frame]);
        out.bytes().bytes(aside, starts[frame]);
        aside.truncate(starts[frame]);
    }

    private void mark(int position, int hint) {
        out.mark(position);
        if (hint != NO_HINT) {
            hints.add(out.bytes().size(), hint);
        }
    }

    private void opcode(Opcode opcode, int position) {
        mark(position, NO_HINT);
        Immediates.opcode(opcode, out.bytes());
    }

    // One token further.

    private void step() {
        int hint = hint();
        switch (in.kind()) {
            case CLOSE -> close();
            case OPEN -> open(hint);
            case KEYWORD -> word(hint);
            default -> throw in.unexpected();
        }
    }

    /** The hint that annotations give for the branch that comes. */
    private int hint() {
        List<Annotation> annotations = hints == null ? List.of() : in.takeAnnotations(Annotations.BRANCH_HINT);
        if (annotations.isEmpty()) {
            return NO_HINT;
        }
        Annotation annotation = annotations.getFirst();
        if (annotations.size() > 1) {
            throw in.error("@" + Annotations.BRANCH_HINT + " annotation: duplicate annotation", annotation.start());
        }
        String branch = in.is(TokenKind.OPEN) ? in.nextWord() : in.is(TokenKind.KEYWORD) ? in.word() : "";
        if (!branch.equals(Opcode.IF.text()) && !branch.equals(Opcode.BR_IF.text())) {
            throw in.invalid("@" + Annotations.BRANCH_HINT + " annotation: invalid target", annotation.start());
        }
        return BranchHints.value(in, annotation);
    }

    private void close() {
        int closeAt = in.position();
        switch (top()) {
            case FOLDED -> place();
            case FOLDED_BLOCK, AFTER_THEN, COMPLETE, AFTER_DO, AFTER_CATCH -> {
                opcode(Opcode.END, closeAt);
                labels.pop();
            }
            case ARM, DELEGATED -> {}
            default -> throw in.unexpected();
        }
        in.advance();
        depth--;
    }

    private void open(int hint) {
        int at = in.position();
        switch (top()) {
            case CONDITION -> {
                if (in.tryOpen("then")) {
                    labels.push(names[depth - 1]);
                    place();
                    become(Frame.AFTER_THEN);
                    push(Frame.ARM, at, null, NO_HINT);
                } else {
                    folded(hint);
                }
            }
            case AFTER_THEN -> arm("else", Opcode.ELSE, Frame.COMPLETE);
            case FOLDED_TRY -> {
                in.open("do");
                become(Frame.AFTER_DO);
                push(Frame.ARM, at, null, NO_HINT);
            }
            case AFTER_DO, AFTER_CATCH -> clause();
            case COMPLETE, DELEGATED -> throw in.unexpected();
            default -> folded(hint);
        }
    }

    private void arm(String word, Opcode opcode, Frame next) {
        int at = in.position();
        in.open(word);
        opcode(opcode, at);
        become(next);
        push(Frame.ARM, at, null, NO_HINT);
    }

    /** A clause of a folded {@code try}. */
    private void clause() {
        int at = in.position();
        if (top() == Frame.AFTER_DO && in.tryOpen(Opcode.DELEGATE.text())) {
            labels.pop();
            delegate(at);
            become(Frame.DELEGATED);
            in.close();
        } else if (in.isOpen(Opcode.CATCH.text())) {
            arm(Opcode.CATCH.text(), Opcode.CATCH, Frame.AFTER_CATCH);
            out.bytes().u32(draft.tags.index(in));
        } else {
            arm(Opcode.CATCH_ALL.text(), Opcode.CATCH_ALL, Frame.COMPLETE);
        }
    }

    private void delegate(int at) {
        opcode(Opcode.DELEGATE, at);
        out.bytes().u32(labels.index(in));
    }

    /** The instruction whose word is the current token; an error if there is none. */
    private Opcode row() {
        Opcode row = in.is(TokenKind.KEYWORD) ? Keywords.instruction(in.word()) : null;
        if (row == null) {
            throw in.unexpected();
        }
        return row;
    }

    private void folded(int hint) {
        int at = in.position();
        in.openAny();
        Opcode row = row();
        switch (row) {
            case BLOCK, LOOP, TRY_TABLE, TRY -> {
                in.advance();
                block(row, at, row == Opcode.TRY ? Frame.FOLDED_TRY : Frame.FOLDED_BLOCK);
            }
            case IF -> {
                in.advance();
                push(Frame.CONDITION, at, in.tryId(), hint);
                Immediates.opcode(row, aside);
                blockType(aside);
            }
            case ELSE, END, CATCH, CATCH_ALL, DELEGATE -> throw in.unexpected();
            default -> {
                in.advance();
                push(Frame.FOLDED, at, null, hint);
                immediates.write(row, aside);
            }
        }
    }

    private void word(int hint) {
        switch (top()) {
            case BLOCK, IF, TRY, CATCH, FOLDED_BLOCK, ARM -> {}
            default -> throw in.unexpected();
        }
        int at = in.position();
        Opcode row = row();
        switch (row) {
            case BLOCK, LOOP, TRY_TABLE, TRY -> {
                in.advance();
                block(row, at, row == Opcode.TRY ? Frame.TRY : Frame.BLOCK);
            }
            case IF -> {
                in.advance();
                mark(at, hint);
                ifHeader();
                push(Frame.IF, at, null, NO_HINT);
            }
            case ELSE, END, CATCH, CATCH_ALL, DELEGATE -> continuation(row, at);
            default -> {
                in.advance();
                mark(at, hint);
                immediates.write(row, out.bytes());
            }
        }
    }

    /** A word that goes on with a block or ends it. */
    private void continuation(Opcode row, int at) {
        Frame top = depth == 0 ? Frame.ARM : top();
        boolean fits = switch (row) {
            case ELSE -> top == Frame.IF;
            case END -> top == Frame.BLOCK || top == Frame.IF || top == Frame.TRY || top == Frame.CATCH;
            case DELEGATE -> top == Frame.TRY;
            default -> top == Frame.TRY || top == Frame.CATCH;
        };
        if (!fits) {
            throw in.unexpected();
        }
        in.advance();
        switch (row) {
            case ELSE -> {
                labels.repetition(in);
                opcode(row, at);
                become(Frame.BLOCK);
            }
            case END -> {
                labels.repetition(in);
                opcode(row, at);
                labels.pop();
                depth--;
            }
            case CATCH -> {
                opcode(row, at);
                become(Frame.CATCH);
                out.bytes().u32(draft.tags.index(in));
            }
            case CATCH_ALL -> {
                opcode(row, at);
                become(Frame.BLOCK);
            }
            default -> {
                labels.pop();
                delegate(at);
                depth--;
            }
        }
    }

    // Blocks.

    /** Reads and writes the beginning of a block after its word. */
    private void block(Opcode row, int at, Frame frame) {
        String name = in.tryId();
        opcode(row, at);
        blockType(out.bytes());
        if (row == Opcode.TRY_TABLE) {
            catches();
        }
        labels.push(name);
        push(frame, at, name, NO_HINT);
    }

    private void ifHeader() {
        String name = in.tryId();
        Immediates.opcode(Opcode.IF, out.bytes());
        blockType(out.bytes());
        labels.push(name);
    }

    private void blockType(BinaryWriter target) {
        Use type = types.blockType();
        if (type.index() >= 0 || type.explicit()) {
            target.s64(type.index() & 0xFFFF_FFFFL);
        } else if (type.shape().resultCount() == 0) {
            target.u8(0x40);
        } else {
            TypeTable.writeType(target, type.shape().result(0));
        }
    }

    /** The clauses of {@code try_table}; their labels do not count the block itself. */
    private void catches() {
        BinaryWriter clauses = new BinaryWriter();
        int count = 0;
        for (int kind = catchKind(); kind >= 0; kind = catchKind()) {
            in.openAny();
            in.advance();
            clauses.u8(kind);
            if (kind < 2) {
                clauses.u32(draft.tags.index(in));
            }
            clauses.u32(labels.index(in));
            in.close();
            count++;
        }
        out.bytes().u32(count);
        out.bytes().bytes(clauses);
    }

    private int catchKind() {
        return switch (in.is(TokenKind.OPEN) ? in.nextWord() : "") {
            case "catch" -> 0;
            case "catch_ref" -> 1;
            case "catch_all" -> 2;
            case "catch_all_ref" -> 3;
            default -> -1;
        };
    }
}
