package emberwall.wasm;

/** What the rules of validation share: the place in the body, the stacks, and what is written on the way. */
final class Body {
    final Module module;
    final Types types;
    final Limits limits;
    final BodyReader in;
    final OperandStack stack;
    final ControlStack control = new ControlStack();
    final LocalTypes locals = new LocalTypes();
    /** Null unless wanted. */
    final SideTableWriter sideTable;
    /** Null unless wanted. */
    final LoopWriter loops;
    /** Whether this is a constant expression and no function body. */
    boolean constant;

    boolean calls;
    /** Whether there are tail calls that may lead to another instance. */
    boolean leavingTailCalls;
    /** The features of types and indices among the immediates, as {@link Feature#bit()}s. */
    private long used;

    private final Patience patience = new Patience();

    Body(Module module, Limits limits, boolean sideTable, boolean loops) {
        this.module = module;
        this.types = module.types;
        this.limits = limits;
        this.in = new BodyReader(module.bytes, 0, 0);
        this.stack = new OperandStack(types, limits);
        this.sideTable = sideTable ? new SideTableWriter() : null;
        this.loops = loops ? new LoopWriter() : null;
    }

    void clear() {
        stack.clear();
        control.clear();
        locals.clear();
        if (sideTable != null) {
            sideTable.clear();
        }
        if (loops != null) {
            loops.clear();
        }
        calls = false;
        leavingTailCalls = false;
        used = 0;
    }

    /** Counts steps of work, and gives up all of it where the thread was interrupted; who wants to, may see that it was. */
    void work(int steps) {
        patience.spend(steps);
    }

    InvalidException invalid(String problem) {
        return new InvalidException(problem, stack.at);
    }

    /** What comes up to the end of the block is never reached. */
    void unreachable() {
        stack.drop();
        stack.unreachable = true;
    }

    // Indices.

    /** Reads an index that must be below a count. */
    int index(int count, String what) {
        int index = in.u32();
        if (Integer.compareUnsigned(index, count) >= 0) {
            throw invalid("unknown " + what + " " + Integer.toUnsignedString(index));
        }
        return index;
    }

    int type() {
        return index(types.count(), "type");
    }

    int functionType() {
        int type = type();
        if (!types.isFunction(type)) {
            throw invalid("non-function type " + type);
        }
        return type;
    }

    int function() {
        return index(module.functionTypes.size(), "function");
    }

    int table() {
        return index(module.tables.size(), "table");
    }

    int memory() {
        return knownMemory(in.u32());
    }

    int knownMemory(int memory) {
        if (Integer.compareUnsigned(memory, module.memories.size()) >= 0) {
            throw invalid("unknown memory " + Integer.toUnsignedString(memory));
        }
        return memory;
    }

    int element() {
        return knownElement(in.u32());
    }

    int knownElement(int segment) {
        if (Integer.compareUnsigned(segment, module.elements.size()) >= 0) {
            throw invalid("unknown elem segment " + Integer.toUnsignedString(segment));
        }
        return segment;
    }

    /** Checks a data segment's index, for which the code section needs to know their number beforehand. */
    void knownData(int segment) {
        if (module.dataCount < 0) {
            throw new MalformedException("data count section required", stack.at);
        }
        if (Integer.compareUnsigned(segment, module.dataCount) >= 0) {
            throw invalid("unknown data segment " + Integer.toUnsignedString(segment));
        }
    }

    /** The error that says which type is wanted and which is there. */
    InvalidException mismatch(int expected, int type) {
        return stack.mismatch(type, expected);
    }

    int tag() {
        return index(module.tagTypes.size(), "tag");
    }

    int label() {
        return index(control.depth(), "label");
    }

    /** The features that {@link #uses} was told of. */
    long used() {
        return used;
    }

    /** Notes what a type of a local, a block, or another immediate needs. */
    void usesType(int type) {
        if (type > ValueType.F64) {
            uses(ModuleParser.featureOf(type), ValueType.text(type));
        }
    }

    /** Notes that the body needs a feature for something that is no opcode. */
    void uses(Feature feature, String text) {
        if (!module.features().has(feature)) {
            throw module.refused(feature, text, stack.at);
        }
        used |= feature.bit();
    }

    /** Reads a heap type, whose index must be known. */
    int heapType() {
        int heap = in.heapType();
        checkKnown(heap);
        usesType(ValueType.reference(true, heap));
        return heap;
    }

    /** Reads a value type, whose index must be known. */
    int valueType() {
        int type = in.valueType();
        if (ValueType.isReference(type)) {
            checkKnown(type);
        }
        usesType(type);
        return type;
    }

    private void checkKnown(int type) {
        if (ValueType.isConcrete(type) && ValueType.typeIndex(type) >= types.count()) {
            throw invalid("unknown type " + ValueType.typeIndex(type));
        }
    }

    /** A block type, whose index must be that of a known function type. */
    int blockType() {
        int type = in.blockType();
        if (type >= 0) {
            if (type >= types.count()) {
                throw invalid("unknown type " + type);
            }
            if (!types.isFunction(type)) {
                throw invalid("non-function type " + type);
            }
            uses(Feature.MULTI_VALUE, "block with a function type");
        } else if (type != BodyReader.EMPTY_BLOCK) {
            if (ValueType.isReference(~type)) {
                checkKnown(~type);
            }
            usesType(~type);
        }
        return type;
    }

    // Block types, as BodyReader.blockType gives them.

    int parameterCount(int blockType) {
        return blockType < 0 ? 0 : types.parameterCount(blockType);
    }

    int parameter(int blockType, int index) {
        return types.parameter(blockType, index);
    }

    int resultCount(int blockType) {
        return blockType >= 0 ? types.resultCount(blockType) : blockType == BodyReader.EMPTY_BLOCK ? 0 : 1;
    }

    int result(int blockType, int index) {
        return blockType >= 0 ? types.result(blockType, index) : ~blockType;
    }

    void popParameters(int blockType) {
        int count = parameterCount(blockType);
        work(count);
        for (int i = count - 1; i >= 0; i--) {
            stack.pop(parameter(blockType, i));
        }
    }

    void pushParameters(int blockType) {
        int count = parameterCount(blockType);
        work(count);
        for (int i = 0; i < count; i++) {
            stack.push(parameter(blockType, i));
        }
    }

    void popResults(int blockType) {
        int count = resultCount(blockType);
        work(count);
        for (int i = count - 1; i >= 0; i--) {
            stack.pop(result(blockType, i));
        }
    }

    void pushResults(int blockType) {
        int count = resultCount(blockType);
        work(count);
        for (int i = 0; i < count; i++) {
            stack.push(result(blockType, i));
        }
    }

    // Labels: a branch to a loop brings its parameters, to another block its results.

    int labelCount(int label) {
        int type = control.type(label);
        return control.kind(label) == ControlStack.LOOP ? parameterCount(type) : resultCount(type);
    }

    int labelType(int label, int index) {
        int type = control.type(label);
        return control.kind(label) == ControlStack.LOOP ? parameter(type, index) : result(type, index);
    }

    /** Takes the first {@code count} operands that a label wants. */
    void popLabel(int label, int count) {
        work(count);
        for (int i = count - 1; i >= 0; i--) {
            stack.pop(labelType(label, i));
        }
    }

    void pushLabel(int label, int count) {
        work(count);
        for (int i = 0; i < count; i++) {
            stack.push(labelType(label, i));
        }
    }
}
