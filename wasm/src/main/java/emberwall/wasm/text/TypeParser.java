package emberwall.wasm.text;

import emberwall.wasm.FunctionType;
import emberwall.wasm.ValueType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Reads types (WebAssembly 3.0, section 6.4): value types, uses of function types, definitions. */
final class TypeParser {
    private static final int[] NO_TYPES = {};

    /** Abstract heap types by their words. */
    private static final Map<String, Integer> HEAP_TYPES = new HashMap<>();

    /** Value types that are one word. */
    private static final Map<String, Integer> VALUE_TYPES = new HashMap<>();

    static {
        for (int type = ValueType.I32; type <= ValueType.V128; type++) {
            VALUE_TYPES.put(ValueType.text(type), type);
        }
        for (int heap = ValueType.EXN; heap <= ValueType.NOEXN; heap++) {
            HEAP_TYPES.put(ValueType.heapText(heap), heap);
            int reference = ValueType.reference(true, heap);
            VALUE_TYPES.put(ValueType.text(reference), reference);
        }
    }

    private final Tokens in;
    private final TypeTable types;
    private int[] list = new int[16];
    private int listed;

    TypeParser(Tokens in, TypeTable types) {
        this.in = in;
        this.types = types;
    }

    /**
     * What a use of a type says.
     *
     * @param index the type
     * @param shape its parameters and results, null if the type is unknown or no function type
     * @param explicit whether the type was named
     */
    record Use(int index, FunctionType shape, boolean explicit) {}

    // Value types.

    /** The abstract heap type of this name, or null. */
    static Integer abstractHeapType(String word) {
        return HEAP_TYPES.get(word);
    }

    /** Whether a value type stands here, or a word that might be meant as one. */
    boolean isValueType() {
        return in.is(TokenKind.KEYWORD) || in.isOpen("ref");
    }

    int valueType() {
        if (in.is(TokenKind.KEYWORD)) {
            Integer type = VALUE_TYPES.get(in.word());
            if (type == null) {
                throw in.unexpected();
            }
            in.advance();
            return type;
        }
        in.open("ref");
        boolean nullable = in.tryKeyword("null");
        int heapType = heapType();
        in.close();
        return ValueType.reference(nullable, heapType);
    }

    int referenceType() {
        if (in.is(TokenKind.KEYWORD)) {
            Integer type = VALUE_TYPES.get(in.word());
            if (type == null || !ValueType.isReference(type)) {
                throw in.unexpected();
            }
        }
        return valueType();
    }

    int heapType() {
        if (in.is(TokenKind.KEYWORD)) {
            Integer heapType = HEAP_TYPES.get(in.word());
            if (heapType == null) {
                throw in.unexpected();
            }
            in.advance();
            return heapType;
        }
        if (!in.isIndex()) {
            throw in.unexpected();
        }
        int index = types.space().index(in);
        // Beyond every limit it is unknown, whatever it is exactly.
        boolean huge = index < 0 || index >= ValueType.CONCRETE - 1;
        return ValueType.concrete(huge ? ValueType.CONCRETE - 1 : index);
    }

    private int storageType() {
        if (in.tryKeyword("i8")) {
            return ValueType.I8;
        }
        return in.tryKeyword("i16") ? ValueType.I16 : valueType();
    }

    // Function types.

    /** Parameters and results; parameters are declared in {@code names}, if that is null they have none. */
    FunctionType shape(IndexSpace names) {
        listed = 0;
        while (in.tryOpen("param")) {
            if (names != null && in.is(TokenKind.ID)) {
                names.declare(in);
                add(valueType());
            } else {
                int before = listed;
                addTypes();
                if (names != null) {
                    names.declareNameless(listed - before);
                }
            }
            in.close();
        }
        int[] parameters = taken();
        results();
        return FunctionType.of(parameters, taken());
    }

    private void results() {
        while (in.tryOpen("result")) {
            addTypes();
            in.close();
        }
    }

    /** The types in {@code (result ...)} as often as it stands here. */
    int[] resultTypes() {
        listed = 0;
        results();
        return taken();
    }

    private void addTypes() {
        while (isValueType()) {
            add(valueType());
        }
    }

    private void add(int type) {
        if (listed == list.length) {
            list = Arrays.copyOf(list, listed * 2);
        }
        list[listed++] = type;
    }

    private int[] taken() {
        int[] taken = listed == 0 ? NO_TYPES : Arrays.copyOf(list, listed);
        listed = 0;
        return taken;
    }

    /** A use of a function type; a type that is not named is found or added. */
    Use use(IndexSpace names) {
        int at = in.position();
        if (!in.tryOpen("type")) {
            FunctionType shape = shape(names);
            return new Use(types.use(shape, at), shape, false);
        }
        return explicitUse(at, names);
    }

    /** The type of a block: as a use, but a type is not added where the shape alone can be written. */
    Use blockType() {
        int at = in.position();
        if (in.tryOpen("type")) {
            return explicitUse(at, null);
        }
        FunctionType shape = shape(null);
        boolean brief = shape.parameterCount() == 0 && shape.resultCount() <= 1;
        return new Use(brief ? -1 : types.use(shape, at), shape, false);
    }

    private Use explicitUse(int at, IndexSpace names) {
        int indexAt = in.position();
        int index = types.space().index(in);
        in.close();
        FunctionType known = types.function(index);
        if (!in.isOpen("param") && !in.isOpen("result")) {
            if (known != null && names != null) {
                names.declareNameless(known.parameterCount());
            }
            return new Use(index, known, true);
        }
        FunctionType shape = shape(names);
        if (in.isOpen("param") || in.isOpen("type")) {
            throw in.unexpected();
        }
        if (known == null) {
            boolean unknown = Integer.compareUnsigned(index, types.space().count()) >= 0;
            throw in.error(
                    (unknown ? "unknown type " : "non-function type ") + Integer.toUnsignedString(index), indexAt);
        }
        if (!shape.equals(known)) {
            throw in.error("inline function type does not match type " + index, at);
        }
        return new Use(index, known, true);
    }

    // Definitions.

    /** Declares the names in a type field, {@code (type ...)} or {@code (rec ...)}, after its first word. */
    void declare(boolean group) {
        if (!group) {
            types.space().declare(in);
            in.skipToClose();
            return;
        }
        while (in.tryOpen("type")) {
            types.space().declare(in);
            in.skipToClose();
        }
        in.close();
    }

    /** Reads a type field after its first word; its names have been declared. */
    void define(boolean group, int at) {
        BinaryWriter out = types.section().entry(at);
        if (!group) {
            if (definition(out)) {
                types.lastIsPlain();
            }
            return;
        }
        BinaryWriter members = new BinaryWriter();
        int count = 0;
        boolean plain = false;
        while (in.tryOpen("type")) {
            plain = definition(members);
            count++;
        }
        in.close();
        if (count == 1 && plain) {
            types.lastIsPlain();
        }
        out.u8(0x4E);
        out.u32(count);
        out.bytes(members);
    }

    /** Reads one definition; whether it is final and without supertypes. */
    private boolean definition(BinaryWriter out) {
        types.space().passDeclared(in);
        boolean plain = true;
        if (in.tryOpen("sub")) {
            boolean isFinal = in.tryKeyword("final");
            plain = isFinal && !in.isIndex();
            supertypes(out, isFinal);
            composite(out);
            in.close();
        } else {
            composite(out);
        }
        in.close();
        return plain;
    }

    private void supertypes(BinaryWriter out, boolean isFinal) {
        if (isFinal && !in.isIndex()) {
            return;
        }
        out.u8(isFinal ? 0x4F : 0x50);
        BinaryWriter supertypes = new BinaryWriter();
        int count = 0;
        while (in.isIndex()) {
            supertypes.u32(types.space().index(in));
            count++;
        }
        out.u32(count);
        out.bytes(supertypes);
    }

    private void composite(BinaryWriter out) {
        if (in.tryOpen("func")) {
            FunctionType shape = shape(new IndexSpace("local", "local"));
            TypeTable.writeFunction(out, shape);
            types.defined(shape, null);
        } else if (in.tryOpen("array")) {
            out.u8(0x5E);
            fieldType(out);
            types.defined(null, null);
        } else {
            in.open("struct");
            out.u8(0x5F);
            structure(out);
        }
        in.close();
    }

    private void structure(BinaryWriter out) {
        IndexSpace fields = new IndexSpace("field", "field");
        BinaryWriter written = new BinaryWriter();
        while (in.tryOpen("field")) {
            if (in.is(TokenKind.ID)) {
                fields.declare(in);
                fieldType(written);
            } else {
                while (!in.is(TokenKind.CLOSE)) {
                    fieldType(written);
                    fields.declareNameless(1);
                }
            }
            in.close();
        }
        out.u32(fields.count());
        out.bytes(written);
        types.defined(null, fields.names().isEmpty() ? null : fields);
    }

    private void fieldType(BinaryWriter out) {
        boolean mutable = in.tryOpen("mut");
        TypeTable.writeType(out, storageType());
        if (mutable) {
            in.close();
        }
        out.u8(mutable ? 1 : 0);
    }
}
