package emberwall.wasm;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads a module from its binary form (WebAssembly 3.0, chapter 5) and checks it on the way, all but the function bodies,
 * whose places it only notes. One pass: the order of sections is such that nearly everything is known when it is needed.
 *
 * <p>What is malformed anywhere outside of bodies goes before what is invalid: the first invalid thing is remembered and
 * thrown when all has been read. Counts are believed only up to the bytes that are left, so lies cost nothing.
 */
public final class ModuleParser {
    private static final int MAGIC = 0x6D736100;
    private static final int VERSION = 1;

    private static final int CUSTOM = 0;
    private static final int TYPE = 1;
    private static final int IMPORT = 2;
    private static final int FUNCTION = 3;
    private static final int TABLE = 4;
    private static final int MEMORY = 5;
    private static final int GLOBAL = 6;
    private static final int EXPORT = 7;
    private static final int START = 8;
    private static final int ELEMENT = 9;
    private static final int CODE = 10;
    private static final int DATA = 11;
    private static final int DATA_COUNT = 12;
    private static final int TAG = 13;

    /** Where each section stands in the order that the format wants; index is the section's id. */
    private static final int[] ORDER = {0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 13, 11, 6};

    private final byte[] bytes;
    final Limits limits;
    private final Features features;
    final Module module;
    final Types types;
    final BodyReader in;
    private final Validator expressions;
    private final Patience patience = new Patience();
    /** The first invalid thing, thrown at the end unless something malformed comes up. */
    private InvalidException invalid;

    private int declaredFunctions;
    private Set<String> exportNames;

    private ModuleParser(byte[] bytes, Limits limits, Features features) {
        this.bytes = bytes;
        this.limits = limits;
        this.features = features;
        this.module = new Module(bytes, features);
        this.types = module.types;
        this.in = new BodyReader(bytes, 0, bytes.length);
        this.expressions = new Validator(module, limits, 0);
    }

    /** Reads a module of WebAssembly 3.0 with the default limits. The bytes belong to the module afterwards. */
    public static Module parse(byte[] bytes) {
        return parse(bytes, Limits.DEFAULT, Features.WASM_3);
    }

    /**
     * Reads a module. The bytes belong to the module afterwards and must not change.
     *
     * @throws MalformedException if the bytes are no module
     * @throws InvalidException if something outside of function bodies is invalid
     * @throws LimitException if there is more of something than the limits allow
     * @throws java.util.concurrent.CancellationException if this is long work and the thread is interrupted
     */
    public static Module parse(byte[] bytes, Limits limits, Features features) {
        return new ModuleParser(bytes, limits, features).module();
    }

    private Module module() {
        limits.check(Limit.MODULE_BYTES, bytes.length, 0);
        header();
        int place = 0;
        while (in.hasMore()) {
            int at = in.position();
            int id = in.u8();
            if (id >= ORDER.length) {
                throw new MalformedException("malformed section id " + id, at);
            }
            int size = in.length();
            int end = in.position() + size;
            if (id != CUSTOM) {
                if (ORDER[id] <= place) {
                    throw new MalformedException("unexpected content after last section", at);
                }
                place = ORDER[id];
            }
            in.limit(end);
            section(id, place);
            if (in.position() != end) {
                throw new MalformedException("section size mismatch", in.position());
            }
            in.limit(bytes.length);
        }
        finish();
        return module;
    }

    private void header() {
        if (bytes.length < 4) {
            throw new MalformedException("unexpected end", bytes.length);
        }
        if (in.fixed32() != MAGIC) {
            throw new MalformedException("magic header not detected", 0);
        }
        if (bytes.length < 8) {
            throw new MalformedException("unexpected end", bytes.length);
        }
        if (in.fixed32() != VERSION) {
            throw new MalformedException("unknown binary version", 4);
        }
    }

    private void section(int id, int place) {
        switch (id) {
            case CUSTOM -> customSection(place);
            case TYPE -> new TypeSectionParser(this).read();
            case IMPORT -> importSection();
            case FUNCTION -> functionSection();
            case TABLE -> tableSection();
            case MEMORY -> memorySection();
            case GLOBAL -> globalSection();
            case EXPORT -> exportSection();
            case START -> startSection();
            case ELEMENT -> new SegmentParser(this).readElements();
            case CODE -> codeSection();
            case DATA -> new SegmentParser(this).readData();
            case DATA_COUNT -> dataCountSection();
            case TAG -> tagSection();
            default -> throw new InternalError("no section " + id);
        }
    }

    private void finish() {
        if (module.bodyOffsets.size() != declaredFunctions) {
            throw new MalformedException("function and code section have inconsistent lengths", bytes.length);
        }
        if (module.dataCount >= 0 && module.dataCount != module.data.size()) {
            throw new MalformedException("data count and data section have inconsistent lengths", bytes.length);
        }
        if (invalid != null) {
            throw invalid;
        }
    }

    // Remarks while reading.

    /** Whether everything so far is valid: only then may checks rely on what they find. */
    boolean isValid() {
        return invalid == null;
    }

    void invalid(String problem, int at) {
        if (invalid == null) {
            invalid = new InvalidException(problem, at);
        }
    }

    /** A count of entries in a module that has some already. */
    int count(int before, Limit limit) {
        int at = in.position();
        int count = in.count();
        limits.check(limit, before + count, at);
        return count;
    }

    void uses(Feature feature, String text, int at) {
        module.uses(feature, text, at);
    }

    private void needs(Feature feature, String problem, int at) {
        if (!features.has(feature)) {
            throw new MalformedException(problem + ": " + feature.text() + " is not enabled", at);
        }
    }

    // Sections.

    private void customSection(int place) {
        String name = name();
        int at = in.position();
        limits.check(Limit.CUSTOM_SECTIONS, module.customSections.size() + 1, at);
        module.customSections.add(new CustomSection(name, at, in.remaining(), place));
        in.position(in.limit());
    }

    /** Counts one of what there may be millions of. */
    void entry() {
        patience.spend(1);
    }

    int valueType() {
        entry();
        int at = in.position();
        int type = in.valueType();
        usesType(type, at);
        return type;
    }

    void usesType(int type, int at) {
        if (type <= ValueType.F64) {
            return;
        }
        Feature feature = featureOf(type);
        if (feature != Feature.MVP) {
            uses(feature, ValueType.text(type), at);
        }
    }

    /** The feature that brought a value type. */
    static Feature featureOf(int type) {
        if (!ValueType.isReference(type)) {
            return type == ValueType.V128 ? Feature.SIMD : ValueType.isPacked(type) ? Feature.GC : Feature.MVP;
        }
        int heap = ValueType.heapType(type);
        if (ValueType.isConcrete(heap)) {
            return Feature.FUNCTION_REFERENCES;
        }
        return switch (heap) {
            case ValueType.FUNC, ValueType.EXTERN ->
                ValueType.isNullable(type) ? Feature.REFERENCE_TYPES : Feature.FUNCTION_REFERENCES;
            case ValueType.EXN, ValueType.NOEXN -> Feature.EXCEPTIONS;
            default -> Feature.GC;
        };
    }

    /** A value type outside of the type section: the types it names must be there. */
    private int knownValueType() {
        int at = in.position();
        int type = valueType();
        checkKnown(type, at);
        return type;
    }

    int knownReferenceType() {
        int at = in.position();
        int type = in.referenceType();
        if (type != ValueType.FUNCREF) {
            usesType(type, at);
        }
        checkKnown(type, at);
        return type;
    }

    private void checkKnown(int type, int at) {
        if (ValueType.isReference(type) && ValueType.isConcrete(type) && ValueType.typeIndex(type) >= types.count()) {
            invalid("unknown type " + ValueType.typeIndex(type), at);
        }
    }

    boolean mutability() {
        int at = in.position();
        int flag = in.u8();
        if (flag > 1) {
            throw new MalformedException("malformed mutability", at);
        }
        return flag == 1;
    }

    /** An index, where anything beyond what ints can count stands for unknown. */
    int index() {
        entry();
        int index = in.u32();
        return index < 0 ? Integer.MAX_VALUE : index;
    }

    private void importSection() {
        int count = count(0, Limit.IMPORTS);
        for (int i = 0; i < count; i++) {
            importEntry();
        }
        module.importedFunctions = module.functionTypes.size();
        module.importedTables = module.tables.size();
        module.importedMemories = module.memories.size();
        module.importedGlobals = module.globals.size();
        module.importedTags = module.tagTypes.size();
    }

    private void importEntry() {
        int at = in.position();
        String from = name();
        String name = name();
        int kindAt = in.position();
        ExternalKind kind = ExternalKind.of(in.u8());
        if (kind == null) {
            throw new MalformedException("malformed import kind", kindAt);
        }
        int index = switch (kind) {
            case FUNCTION -> {
                function();
                yield module.functionTypes.size() - 1;
            }
            case TABLE -> {
                tableType();
                yield module.tables.size() - 1;
            }
            case MEMORY -> {
                memoryType();
                yield module.memories.size() - 1;
            }
            case GLOBAL -> {
                int typeAt = in.position();
                GlobalType type = globalType();
                if (type.mutable()) {
                    uses(Feature.MUTABLE_GLOBALS, "mutable global imported", typeAt);
                }
                module.globals.add(type);
                yield module.globals.size() - 1;
            }
            case TAG -> {
                tag();
                yield module.tagTypes.size() - 1;
            }
        };
        module.imports.add(new Import(from, name, kind, index, at));
    }

    private void function() {
        int at = in.position();
        int type = index();
        if (invalid == null) {
            checkFunctionType(type, at);
        }
        limits.check(Limit.FUNCTIONS, module.functionTypes.size() + 1, at);
        module.functionTypes.add(type);
    }

    private void checkFunctionType(int type, int at) {
        if (type >= types.count()) {
            invalid("unknown type " + type, at);
        } else if (!types.isFunction(type)) {
            invalid("non-function type " + type, at);
        }
    }

    private void functionSection() {
        declaredFunctions = count(module.functionTypes.size(), Limit.FUNCTIONS);
        for (int i = 0; i < declaredFunctions; i++) {
            function();
        }
    }

    private void tableType() {
        int at = in.position();
        limits.check(Limit.TABLES, module.tables.size() + 1, at);
        int element = knownReferenceType();
        int limitsAt = in.position();
        int flags = in.u8();
        if ((flags & ~5) != 0) {
            throw new MalformedException("malformed limits flags", limitsAt);
        }
        boolean address64 = (flags & 4) != 0;
        boolean hasMaximum = (flags & 1) != 0;
        if (address64) {
            needs(Feature.MEMORY64, "malformed limits flags", limitsAt);
            uses(Feature.MEMORY64, "table with i64 indices", limitsAt);
        }
        long minimum = in.u64();
        long maximum = hasMaximum ? in.u64() : -1;
        checkLimits(minimum, maximum, hasMaximum, limitsAt);
        if (!address64 && (minimum >>> 32 != 0 || hasMaximum && maximum >>> 32 != 0)) {
            invalid("table size must be at most 2^32-1 elements", limitsAt);
        }
        module.tables.add(new TableType(element, address64, minimum, maximum, hasMaximum));
        if (module.tables.size() > 1) {
            uses(Feature.REFERENCE_TYPES, "several tables", at);
        }
    }

    private void checkLimits(long minimum, long maximum, boolean hasMaximum, int at) {
        if (hasMaximum && Long.compareUnsigned(minimum, maximum) > 0) {
            invalid("size minimum must not be greater than maximum", at);
        }
    }

    private void tableSection() {
        int count = count(module.tables.size(), Limit.TABLES);
        for (int i = 0; i < count; i++) {
            int at = in.position();
            boolean initialised = in.peek() == 0x40;
            if (initialised) {
                uses(Feature.FUNCTION_REFERENCES, "table with initial value", at);
                in.u8();
                if (in.u8() != 0) {
                    throw new MalformedException("malformed table", at + 1);
                }
            }
            tableType();
            int element = module.tables.getLast().element();
            ConstantExpression initial = null;
            if (initialised) {
                // A table is there before the module's own globals.
                initial = expression(element);
            } else if (!ValueType.isDefaultable(element)) {
                invalid("type mismatch: a table of " + ValueType.text(element) + " needs an initial value", at);
            }
            module.tableInitials.add(initial);
        }
    }

    private void memorySection() {
        int count = count(module.memories.size(), Limit.MEMORIES);
        for (int i = 0; i < count; i++) {
            memoryType();
        }
    }

    private void memoryType() {
        int at = in.position();
        limits.check(Limit.MEMORIES, module.memories.size() + 1, at);
        int flags = in.u8();
        if ((flags & ~15) != 0) {
            throw new MalformedException("malformed limits flags", at);
        }
        boolean hasMaximum = (flags & 1) != 0;
        boolean shared = (flags & 2) != 0;
        boolean address64 = (flags & 4) != 0;
        if (shared) {
            needs(Feature.THREADS, "malformed limits flags", at);
            uses(Feature.THREADS, "shared memory", at);
        }
        if (address64) {
            needs(Feature.MEMORY64, "malformed limits flags", at);
            uses(Feature.MEMORY64, "memory with i64 addresses", at);
        }
        boolean customPages = (flags & 8) != 0;
        if (customPages) {
            needs(Feature.CUSTOM_PAGE_SIZES, "malformed limits flags", at);
            uses(Feature.CUSTOM_PAGE_SIZES, "memory with custom page size", at);
        }
        long minimum = in.u64();
        long maximum = hasMaximum ? in.u64() : -1;
        int pageSizeLog2 = customPages ? pageSize() : 16;
        checkLimits(minimum, maximum, hasMaximum, at);
        checkMemorySize(minimum, maximum, hasMaximum, (address64 ? 64 : 32) - pageSizeLog2, at);
        if (shared && !hasMaximum) {
            invalid("shared memory must have maximum", at);
        }
        module.memories.add(new MemoryType(address64, shared, pageSizeLog2, minimum, maximum, hasMaximum));
        if (module.memories.size() > 1) {
            uses(Feature.MULTI_MEMORY, "several memories", at);
        }
    }

    private int pageSize() {
        int sizeAt = in.position();
        int log2 = in.u32();
        if (log2 < 0 || log2 >= 64) {
            throw new MalformedException("invalid custom page size", sizeAt);
        }
        if (log2 != 0 && log2 != 16) {
            invalid("invalid custom page size", sizeAt);
            return 16;
        }
        return log2;
    }

    /** No memory has more bytes than its addresses can tell apart. */
    private void checkMemorySize(long minimum, long maximum, boolean hasMaximum, int pagesLog2, int at) {
        // With pages of one byte the size itself is an address.
        boolean bytes = pagesLog2 >= 32 && pagesLog2 != 48;
        long most = pagesLog2 == 64 ? -1 : (1L << pagesLog2) - (bytes ? 1 : 0);
        if (Long.compareUnsigned(minimum, most) > 0 || hasMaximum && Long.compareUnsigned(maximum, most) > 0) {
            String words = pagesLog2 == 16 ? "65536 pages (4GiB)" : Long.toUnsignedString(most) + " pages";
            invalid("memory size must be at most " + words, at);
        }
    }

    private void tagSection() {
        int count = count(module.tagTypes.size(), Limit.TAGS);
        for (int i = 0; i < count; i++) {
            tag();
        }
    }

    private void tag() {
        int at = in.position();
        needs(Feature.EXCEPTIONS, "malformed tag", at);
        uses(Feature.EXCEPTIONS, "tag", at);
        limits.check(Limit.TAGS, module.tagTypes.size() + 1, at);
        if (in.u8() != 0) {
            throw new MalformedException("malformed tag attribute", at);
        }
        int type = index();
        if (invalid == null) {
            checkFunctionType(type, at);
        }
        if (invalid == null && types.resultCount(type) != 0) {
            invalid("non-empty tag result type", at);
        }
        module.tagTypes.add(type);
    }

    private GlobalType globalType() {
        limits.check(Limit.GLOBALS, module.globals.size() + 1, in.position());
        int type = knownValueType();
        return new GlobalType(type, mutability());
    }

    private void globalSection() {
        int count = count(module.globals.size(), Limit.GLOBALS);
        for (int i = 0; i < count; i++) {
            GlobalType type = globalType();
            // The global itself is not yet among those that its initial value may read.
            module.globalInitials.add(expression(type.type()));
            module.globals.add(type);
        }
    }

    private void exportSection() {
        int count = count(0, Limit.EXPORTS);
        exportNames = new HashSet<>();
        for (int i = 0; i < count; i++) {
            int at = in.position();
            String name = name();
            int kindAt = in.position();
            ExternalKind kind = ExternalKind.of(in.u8());
            if (kind == null) {
                throw new MalformedException("malformed export kind", kindAt);
            }
            int indexAt = in.position();
            int index = index();
            if (index >= countOf(kind)) {
                invalid("unknown " + kind.text() + " " + index, indexAt);
            } else if (kind == ExternalKind.FUNCTION) {
                refer(index);
            } else if (kind == ExternalKind.GLOBAL && module.globals.get(index).mutable()) {
                uses(Feature.MUTABLE_GLOBALS, "mutable global exported", indexAt);
            }
            if (!exportNames.add(name)) {
                invalid("duplicate export name \"" + name + "\"", at);
            }
            module.exports.add(new Export(name, kind, index, at));
        }
    }

    private int countOf(ExternalKind kind) {
        return switch (kind) {
            case FUNCTION -> module.functionTypes.size();
            case TABLE -> module.tables.size();
            case MEMORY -> module.memories.size();
            case GLOBAL -> module.globals.size();
            case TAG -> module.tagTypes.size();
        };
    }

    /** Notes that a function is referred to outside of bodies. */
    void refer(int function) {
        module.refer(function);
    }

    private void startSection() {
        int at = in.position();
        int function = index();
        if (function >= module.functionTypes.size()) {
            invalid("unknown function " + function, at);
        } else if (invalid == null) {
            int type = module.functionTypes.get(function);
            if (types.parameterCount(type) != 0 || types.resultCount(type) != 0) {
                invalid("start function has type " + types.function(type), at);
            }
        }
        module.startFunction = function;
    }

    private void dataCountSection() {
        int at = in.position();
        uses(Feature.BULK_MEMORY, "data count section", at);
        int count = in.u32();
        limits.check(Limit.DATA_SEGMENTS, count, at);
        module.dataCount = count;
    }

    private void codeSection() {
        module.codeOffset = in.position();
        int count = in.count();
        for (int i = 0; i < count; i++) {
            entry();
            int sizeAt = in.position();
            int size = in.count();
            limits.check(Limit.FUNCTION_BYTES, size, sizeAt);
            module.bodyOffsets.add(in.position());
            in.skip(size);
            module.bodyEnds.add(in.position());
        }
        module.codeEnd = in.position();
    }

    // Constant expressions.

    ConstantExpression expression(int type) {
        int at = in.position();
        skipExpression(type);
        return new ConstantExpression(at, in.position());
    }

    /** Reads an expression of this type and, unless something else is invalid already, checks it. */
    void skipExpression(int type) {
        entry();
        int at = in.position();
        if (invalid == null) {
            try {
                in.position(expressions.constant(at, in.limit(), type));
                return;
            } catch (InvalidException problem) {
                invalid = problem;
            }
        }
        in.position(at);
        int depth = 1;
        while (depth > 0) {
            entry();
            Opcode opcode = in.opcode();
            in.skip(opcode.immediate());
            switch (opcode) {
                case BLOCK, LOOP, IF, TRY, TRY_TABLE -> depth++;
                case END, DELEGATE -> depth--;
                default -> {}
            }
        }
    }

    // Names.

    private String name() {
        entry();
        int length = in.length();
        int at = in.position();
        in.skip(length);
        int bad = Utf8.firstMalformed(bytes, at, at + length);
        if (bad >= 0) {
            throw new MalformedException("malformed UTF-8 encoding", bad);
        }
        return new String(bytes, at, length, StandardCharsets.UTF_8);
    }
}
