package emberwall.fuzz;

import emberwall.wasm.FunctionType;
import emberwall.wasm.ValueType;
import java.util.ArrayList;
import java.util.List;

/**
 * A module in the making. Its parts refer to each other as objects; indices come into being when {@link Encoder} writes
 * it, so that parts can be taken out and put back without renumbering.
 */
final class Draft {
    final String name;
    final List<Function> functions = new ArrayList<>();
    final List<Table> tables = new ArrayList<>();
    final List<Memory> memories = new ArrayList<>();
    final List<Global> globals = new ArrayList<>();
    final List<Elements> elements = new ArrayList<>();
    final List<Data> data = new ArrayList<>();
    final List<Tag> tags = new ArrayList<>();
    /** The types that it declares before those of its functions. */
    HeapTypes types = HeapTypes.NONE;
    /** The start function, or null. */
    Function start;

    Draft(String name) {
        this.name = name;
    }

    /**
     * Where an imported part comes from.
     *
     * @param module name of the module
     * @param name name of its export
     */
    record Source(String module, String name) {}

    /** What can be imported and exported. */
    abstract static class Part {
        /** Where it is imported from; null if it is defined here. */
        Source source;
        /** The name under which it is exported, or null. */
        String export;

        final boolean isImported() {
            return source != null;
        }
    }

    /** A parameter or a declared local. */
    static final class Local {
        final int type;

        Local(int type) {
            this.type = type;
        }
    }

    static final class Function extends Part {
        FunctionType type;
        /** Its type among those that the module declares, or -1. */
        final int declared;

        List<Local> parameters = new ArrayList<>();
        List<Local> locals = new ArrayList<>();
        List<Instruction> body = new ArrayList<>();

        Function(FunctionType type) {
            this(type, -1);
        }

        Function(FunctionType type, int declared) {
            this.type = type;
            this.declared = declared;
        }
    }

    /** What has a size within limits, and an address type. */
    abstract static class Sized extends Part {
        /** Whether it is addressed by i64. */
        final boolean isWide;

        long minimum;
        /** Or -1. */
        long maximum;

        Sized(boolean isWide, long minimum, long maximum) {
            this.isWide = isWide;
            this.minimum = minimum;
            this.maximum = maximum;
        }

        final int addressType() {
            return isWide ? ValueType.I64 : ValueType.I32;
        }
    }

    static final class Table extends Sized {
        final int element;
        /** What its elements are at first; null for nulls. */
        List<Instruction> initial;

        Table(int element, boolean isWide, long minimum, long maximum) {
            super(isWide, minimum, maximum);
            this.element = element;
        }
    }

    static final class Memory extends Sized {
        final boolean isShared;
        /** Whether its pages are single bytes. */
        final boolean hasBytePages;

        Memory(boolean isWide, boolean isShared, boolean hasBytePages, long minimum, long maximum) {
            super(isWide, minimum, maximum);
            this.isShared = isShared;
            this.hasBytePages = hasBytePages;
        }

        Memory(long minimum, long maximum) {
            this(false, false, false, minimum, maximum);
        }

        /** Its size at first. */
        long bytes() {
            return hasBytePages ? minimum : minimum << 16;
        }
    }

    /** A kind of exception. */
    static final class Tag extends Part {
        final FunctionType type;

        Tag(FunctionType type) {
            this.type = type;
        }
    }

    static final class Global extends Part {
        final int type;
        final boolean mutable;
        /** The constant expression; null if imported. */
        List<Instruction> initial;

        Global(int type, boolean mutable, List<Instruction> initial) {
            this.type = type;
            this.mutable = mutable;
            this.initial = initial;
        }
    }

    /** How a segment gets to where it belongs. */
    enum Mode {
        ACTIVE,
        PASSIVE,
        DECLARED
    }

    static final class Elements {
        final Mode mode;
        final int type;
        /** Of an active segment. */
        final Table table;

        final List<Instruction> offset;
        /** Constant expressions. */
        List<List<Instruction>> items = new ArrayList<>();

        Elements(Mode mode, int type, Table table, List<Instruction> offset) {
            this.mode = mode;
            this.type = type;
            this.table = table;
            this.offset = offset;
        }
    }

    static final class Data {
        final Mode mode;
        /** Of an active segment. */
        final Memory memory;

        final List<Instruction> offset;
        byte[] bytes;

        Data(Mode mode, Memory memory, List<Instruction> offset, byte[] bytes) {
            this.mode = mode;
            this.memory = memory;
            this.offset = offset;
            this.bytes = bytes;
        }
    }

    /** How many functions it defines. */
    int definedFunctions() {
        int count = 0;
        for (Function function : functions) {
            count += function.isImported() ? 0 : 1;
        }
        return count;
    }
}
