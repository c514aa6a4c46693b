package emberwall.wasm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A decoded module: everything outside of function bodies as data, the bodies as ranges of the module's own bytes. Made by
 * {@link ModuleParser}, which has checked all but the bodies; those are for {@link Validator}. Never changes.
 *
 * <p>Index spaces begin with what is imported. Offsets count bytes from the beginning of the module.
 */
public final class Module {
    final byte[] bytes;
    final Types types = new Types();
    final List<Import> imports = new ArrayList<>();
    final List<Export> exports = new ArrayList<>();
    final IntList functionTypes = new IntList();
    final List<TableType> tables = new ArrayList<>();
    final List<ConstantExpression> tableInitials = new ArrayList<>();
    final List<MemoryType> memories = new ArrayList<>();
    final List<GlobalType> globals = new ArrayList<>();
    final List<ConstantExpression> globalInitials = new ArrayList<>();
    final IntList tagTypes = new IntList();
    final List<ElementSegment> elements = new ArrayList<>();
    final List<DataSegment> data = new ArrayList<>();
    final List<CustomSection> customSections = new ArrayList<>();
    final IntList bodyOffsets = new IntList();
    final IntList bodyEnds = new IntList();
    final int[] featureOffsets = new int[Feature.values().length];
    final String[] featureTexts = new String[featureOffsets.length];
    final Features features;
    int importedFunctions;
    int importedTables;
    int importedMemories;
    int importedGlobals;
    int importedTags;
    int startFunction = -1;
    int dataCount = -1;
    int codeOffset;
    int codeEnd;
    /** Functions that bodies may refer to, because something outside of bodies does. */
    boolean[] referredFunctions = {};

    private volatile Names names;
    private volatile Map<String, Export> exportsByName;

    Module(byte[] bytes, Features features) {
        this.bytes = bytes;
        this.features = features;
    }

    /** What is said of something that needs a feature which modules may not use. */
    MalformedException refused(Feature feature, String text, int at) {
        return new MalformedException(text + " needs " + feature.text() + ", which is not enabled", at);
    }

    /** Notes that the module, outside of bodies, needs a feature. */
    void uses(Feature feature, String text, int at) {
        if (!features.has(feature)) {
            throw refused(feature, text, at);
        }
        int index = feature.ordinal();
        if (featureTexts[index] == null) {
            featureTexts[index] = text;
            featureOffsets[index] = at;
        }
    }

    /** Notes that a function is referred to outside of bodies. */
    void refer(int function) {
        if (function >= referredFunctions.length) {
            referredFunctions = Arrays.copyOf(referredFunctions, functionTypes.size());
        }
        referredFunctions[function] = true;
    }

    /** Whether something outside of bodies refers to a function, so that bodies may. */
    boolean isReferred(int function) {
        return function < referredFunctions.length && referredFunctions[function];
    }

    /** The module's bytes: the array itself, not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** What the module was allowed to use. */
    public Features features() {
        return features;
    }

    public Types types() {
        return types;
    }

    public List<Import> imports() {
        return Collections.unmodifiableList(imports);
    }

    public List<Export> exports() {
        return Collections.unmodifiableList(exports);
    }

    /** Whether anything outside of bodies needs a feature; what bodies need, {@link FunctionInfo#features} says. */
    public boolean uses(Feature feature) {
        return featureTexts[feature.ordinal()] != null;
    }

    /** The export of this name, or null. */
    public Export export(String name) {
        Map<String, Export> map = exportsByName;
        if (map == null) {
            map = new HashMap<>();
            for (Export export : exports) {
                map.put(export.name(), export);
            }
            exportsByName = map;
        }
        return map.get(name);
    }

    /** How many functions there are, imported ones included. */
    public int functionCount() {
        return functionTypes.size();
    }

    public int importedFunctions() {
        return importedFunctions;
    }

    public boolean isImported(int function) {
        return function < importedFunctions;
    }

    /** The index of a function's type. */
    public int functionTypeIndex(int function) {
        return functionTypes.get(function);
    }

    public FunctionType functionType(int function) {
        return types.function(functionTypes.get(function));
    }

    /** Where a function's body begins: its local declarations. The function is not imported. */
    public int bodyOffset(int function) {
        return bodyOffsets.get(function - importedFunctions);
    }

    /** The byte after a function's last {@code end}. The function is not imported. */
    public int bodyEnd(int function) {
        return bodyEnds.get(function - importedFunctions);
    }

    /** The declared locals of a function and where its code begins. The function is not imported. */
    public Locals locals(int function) {
        return Locals.read(new BodyReader(bytes, bodyOffset(function), bodyEnd(function)), types, Limits.UNLIMITED, 0);
    }

    /** Where the content of the code section begins; 0 if there is none. */
    public int codeOffset() {
        return codeOffset;
    }

    /** The byte after the code section; 0 if there is none. */
    public int codeEnd() {
        return codeEnd;
    }

    public int tableCount() {
        return tables.size();
    }

    public int importedTables() {
        return importedTables;
    }

    public TableType table(int index) {
        return tables.get(index);
    }

    /** What every element of a table is at first, or null for null. The table is not imported. */
    public ConstantExpression tableInitial(int index) {
        return tableInitials.get(index - importedTables);
    }

    public int memoryCount() {
        return memories.size();
    }

    public int importedMemories() {
        return importedMemories;
    }

    public MemoryType memory(int index) {
        return memories.get(index);
    }

    public int globalCount() {
        return globals.size();
    }

    public int importedGlobals() {
        return importedGlobals;
    }

    public GlobalType global(int index) {
        return globals.get(index);
    }

    /** What a global is at first. The global is not imported. */
    public ConstantExpression globalInitial(int index) {
        return globalInitials.get(index - importedGlobals);
    }

    public int tagCount() {
        return tagTypes.size();
    }

    public int importedTags() {
        return importedTags;
    }

    /** The index of the function type whose parameters a tag carries. */
    public int tagTypeIndex(int tag) {
        return tagTypes.get(tag);
    }

    public List<ElementSegment> elements() {
        return Collections.unmodifiableList(elements);
    }

    public ElementSegment element(int index) {
        return elements.get(index);
    }

    public List<DataSegment> data() {
        return Collections.unmodifiableList(data);
    }

    public DataSegment data(int index) {
        return data.get(index);
    }

    /** The function to run when the module has been instantiated, or -1. */
    public int startFunction() {
        return startFunction;
    }

    public List<CustomSection> customSections() {
        return Collections.unmodifiableList(customSections);
    }

    /** The first custom section of this name, or null. */
    public CustomSection customSection(String name) {
        for (CustomSection section : customSections) {
            if (section.name().equals(name)) {
                return section;
            }
        }
        return null;
    }

    /** What the name section says, looked through at the first call; damaged names are left out. */
    public Names names() {
        Names result = names;
        if (result == null) {
            result = Names.read(this);
            names = result;
        }
        return result;
    }

    /** What to call a function: its name, or an export's or import's name, or {@code "function 17"}. */
    public String functionName(int function) {
        String name = names().function(function);
        if (name != null) {
            return name;
        }
        for (Export export : exports) {
            if (export.kind() == ExternalKind.FUNCTION && export.index() == function) {
                return export.name();
            }
        }
        if (isImported(function)) {
            for (Import entry : imports) {
                if (entry.kind() == ExternalKind.FUNCTION && entry.index() == function) {
                    return entry.module() + "." + entry.name();
                }
            }
        }
        return "function " + function;
    }
}
