package emberwall.wasm;

/** The rules for blocks, branches and exceptions (WebAssembly 3.0, section 3.4.8). */
final class ControlRules {
    private static final int EXNREF_NON_NULL = ValueType.asNonNull(ValueType.EXNREF);

    private final Body body;
    private final OperandStack stack;
    private final ControlStack control;
    private final SideTableWriter table;
    /** Tells one br_table from the next. */
    private int stamp;

    ControlRules(Body body) {
        this.body = body;
        this.stack = body.stack;
        this.control = body.control;
        this.table = body.sideTable;
    }

    /** Opens the function's or expression's own block. */
    void begin(int blockType) {
        control.push(ControlStack.FUNCTION, blockType, 0, false, body.locals.setCount());
    }

    void block(int kind) {
        enter(kind, body.blockType());
    }

    private void enter(int kind, int blockType) {
        body.popParameters(blockType);
        open(kind, blockType);
        body.pushParameters(blockType);
    }

    private void open(int kind, int blockType) {
        control.push(kind, blockType, stack.height(), stack.unreachable, body.locals.setCount());
        stack.floor = stack.height();
        stack.unreachable = false;
    }

    void loop() {
        int blockType = body.blockType();
        enter(ControlStack.LOOP, blockType);
        if (table != null) {
            control.loop(0, body.in.position(), table.position());
        }
        if (body.loops != null) {
            body.loops.begin();
        }
    }

    void if_() {
        int blockType = body.blockType();
        stack.pop(ValueType.I32);
        enter(ControlStack.IF, blockType);
        openEntry(body.parameterCount(blockType));
    }

    void else_() {
        if (control.kind(0) != ControlStack.IF) {
            throw new MalformedException("unexpected else", stack.at);
        }
        int blockType = control.type(0);
        endPart(blockType);
        if (table != null) {
            table.patch(control.open(0), body.in.position());
        }
        beginPart(ControlStack.ELSE);
        body.pushParameters(blockType);
    }

    /** Ends one of several parts of a block: its results are there, and nothing else. */
    private void endPart(int blockType) {
        checkResults(blockType);
        if (table != null) {
            table.branch(control, 0, body.resultCount(blockType));
        }
    }

    private void checkResults(int blockType) {
        body.popResults(blockType);
        if (stack.own() != 0) {
            throw body.invalid("type mismatch: block requires [] but stack has " + stack.text());
        }
    }

    private void beginPart(int kind) {
        stack.drop();
        stack.unreachable = false;
        body.locals.forgetFrom(control.initialised(0));
        control.kind(0, kind);
    }

    /** The condition's or the handlers' entry in the side table, kept with the block until its target is known. */
    private void openEntry(int carried) {
        if (table != null) {
            control.open(0, table.open(carried, control.floor(0)));
        }
    }

    void end() {
        int kind = control.kind(0);
        int blockType = control.type(0);
        checkResults(blockType);
        if (kind == ControlStack.IF) {
            checkElseless(blockType);
        }
        int target = body.in.position();
        if (table != null) {
            if (kind == ControlStack.IF || kind >= ControlStack.TRY && kind <= ControlStack.CATCH_ALL) {
                table.patch(control.open(0), target);
            }
            if (kind != ControlStack.LOOP) {
                table.patchPending(control, target);
            }
        }
        if (kind == ControlStack.LOOP && body.loops != null) {
            body.loops.end();
        }
        leave();
        if (kind != ControlStack.FUNCTION) {
            body.pushResults(blockType);
        }
    }

    /** Without else, what an if is given must do as its result. */
    private void checkElseless(int blockType) {
        int count = body.parameterCount(blockType);
        if (count != body.resultCount(blockType)) {
            throw body.invalid("type mismatch: if without else must have results like its parameters");
        }
        for (int i = 0; i < count; i++) {
            if (!body.types.isSubtype(body.parameter(blockType, i), body.result(blockType, i))) {
                throw body.invalid("type mismatch: if without else must have results like its parameters");
            }
        }
    }

    private void leave() {
        stack.drop();
        stack.unreachable = control.wasUnreachable(0);
        body.locals.forgetFrom(control.initialised(0));
        control.pop();
        stack.floor = control.depth() == 0 ? 0 : control.floor(0);
    }

    // Branches.

    private void entry(int label, int carried) {
        if (table != null) {
            table.branch(control, label, carried);
        }
    }

    void br() {
        int label = body.label();
        int count = body.labelCount(label);
        body.popLabel(label, count);
        entry(label, count);
        body.unreachable();
    }

    void brIf() {
        int label = body.label();
        stack.pop(ValueType.I32);
        int count = body.labelCount(label);
        if (count != 0) {
            body.popLabel(label, count);
            body.pushLabel(label, count);
        }
        entry(label, count);
    }

    void brTable() {
        stack.pop(ValueType.I32);
        int count = body.in.count();
        int arity = -1;
        stamp++;
        for (int i = 0; i <= count; i++) {
            int label = body.label();
            int wanted = body.labelCount(label);
            if (arity < 0) {
                arity = wanted;
            } else if (arity != wanted) {
                throw body.invalid("type mismatch: br_table labels take " + arity + " and " + wanted + " operands");
            }
            if (wanted != 0 && control.stamp(label, stamp)) {
                checkLabel(label, wanted);
            }
            entry(label, wanted);
        }
        body.unreachable();
    }

    private void checkLabel(int label, int count) {
        body.work(count);
        for (int i = 0; i < count; i++) {
            stack.checkAt(count - 1 - i, body.labelType(label, i));
        }
    }

    void return_() {
        int outermost = control.depth() - 1;
        body.popResults(control.type(outermost));
        body.unreachable();
    }

    void brOnNull() {
        int label = body.label();
        int type = stack.popReference();
        int count = body.labelCount(label);
        body.popLabel(label, count);
        body.pushLabel(label, count);
        stack.push(type == ValueType.BOTTOM ? type : ValueType.asNonNull(type));
        entry(label, count);
    }

    void brOnNonNull() {
        int label = body.label();
        int count = body.labelCount(label);
        if (count == 0 || !ValueType.isReference(body.labelType(label, count - 1))) {
            throw body.invalid("type mismatch: br_on_non_null needs a label that takes a reference");
        }
        int type = stack.popReference();
        checkCarried(type == ValueType.BOTTOM ? type : ValueType.asNonNull(type), label, count);
        entry(label, count);
    }

    /** A branch carries a reference of this type, and under it what else the label takes. */
    private void checkCarried(int type, int label, int count) {
        int expected = body.labelType(label, count - 1);
        if (!body.types.isSubtype(type, expected)) {
            throw body.mismatch(expected, type);
        }
        body.popLabel(label, count - 1);
        body.pushLabel(label, count - 1);
    }

    void brOnCast(boolean onFailure) {
        int flags = body.in.u8();
        if (flags > 3) {
            throw new MalformedException("malformed br_on_cast flags", stack.at);
        }
        int label = body.label();
        int from = ValueType.reference((flags & 1) != 0, body.heapType());
        int to = ValueType.reference((flags & 2) != 0, body.heapType());
        if (!body.types.isSubtype(to, from)) {
            throw body.invalid("type mismatch: " + ValueType.text(to) + " is no subtype of " + ValueType.text(from));
        }
        int count = body.labelCount(label);
        if (count == 0) {
            throw body.invalid("type mismatch: br_on_cast needs a label that takes a reference");
        }
        int rest = ValueType.isNullable(to) ? ValueType.asNonNull(from) : from;
        stack.pop(from);
        checkCarried(onFailure ? rest : to, label, count);
        stack.push(onFailure ? to : rest);
        entry(label, count);
    }

    // Exceptions.

    void throw_() {
        body.popParameters(body.module.tagTypes.get(body.tag()));
        body.unreachable();
    }

    void throwRef() {
        stack.pop(ValueType.EXNREF);
        body.unreachable();
    }

    void tryTable() {
        int blockType = body.blockType();
        body.popParameters(blockType);
        for (int i = body.in.count(); i > 0; i--) {
            catchClause();
        }
        open(ControlStack.TRY_TABLE, blockType);
        body.pushParameters(blockType);
    }

    /** One clause of a try_table: the label must take what the tag carries, and perhaps the exception itself. */
    private void catchClause() {
        int kind = body.in.u8();
        if (kind > 3) {
            throw new MalformedException("malformed catch clause", stack.at);
        }
        boolean tagged = kind < 2;
        boolean withReference = (kind & 1) != 0;
        int type = tagged ? body.module.tagTypes.get(body.tag()) : BodyReader.EMPTY_BLOCK;
        int label = body.label();
        int carried = body.parameterCount(type);
        int count = carried + (withReference ? 1 : 0);
        if (body.labelCount(label) != count) {
            throw body.invalid("type mismatch: the label takes " + body.labelCount(label) + " operands, not " + count);
        }
        for (int i = 0; i < count; i++) {
            int given = i < carried ? body.parameter(type, i) : EXNREF_NON_NULL;
            int expected = body.labelType(label, i);
            if (!body.types.isSubtype(given, expected)) {
                throw body.mismatch(expected, given);
            }
        }
        entry(label, count);
    }

    // Exceptions in the old form.

    void try_() {
        block(ControlStack.TRY);
        openEntry(0);
    }

    void catch_(boolean all) {
        int kind = control.kind(0);
        if (kind != ControlStack.TRY && kind != ControlStack.CATCH) {
            throw new MalformedException("unexpected catch", stack.at);
        }
        int tagType = all ? BodyReader.EMPTY_BLOCK : body.module.tagTypes.get(body.tag());
        if (table != null) {
            // The handler begins with its own entries: those of this opcode.
            table.patch(control.open(0), stack.at);
        }
        endPart(control.type(0));
        openEntry(0);
        beginPart(all ? ControlStack.CATCH_ALL : ControlStack.CATCH);
        body.pushParameters(tagType);
    }

    void rethrow() {
        int label = body.label();
        int kind = control.kind(label);
        if (kind != ControlStack.CATCH && kind != ControlStack.CATCH_ALL) {
            throw body.invalid("invalid rethrow label");
        }
        body.unreachable();
    }

    void delegate() {
        if (control.kind(0) != ControlStack.TRY) {
            throw new MalformedException("unexpected delegate", stack.at);
        }
        int blockType = control.type(0);
        checkResults(blockType);
        // The label counts from outside the block.
        body.index(control.depth() - 1, "label");
        if (table != null) {
            table.patch(control.open(0), stack.at);
            table.patchPending(control, body.in.position());
        }
        leave();
        body.pushResults(blockType);
    }
}
