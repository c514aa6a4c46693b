package emberwall.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes small binary modules for tests, section by section, without knowing the engine's own encoder or tables.
 *
 * <p>Bodies are given as raw instructions ({@link Code}); nothing is checked, so that wrong modules can be written too.
 * Indices are those of the specification: imported functions come first.
 */
public final class WasmBuilder {
    // Value types, as bytes of the binary format.
    public static final int I32 = 0x7F;
    public static final int I64 = 0x7E;
    public static final int F32 = 0x7D;
    public static final int F64 = 0x7C;
    public static final int V128 = 0x7B;
    public static final int FUNCREF = 0x70;
    public static final int EXTERNREF = 0x6F;
    /** The block type without parameters and results. */
    public static final int EMPTY = 0x40;

    private final List<byte[]> types = new ArrayList<>();
    private final List<byte[]> imports = new ArrayList<>();
    private final List<byte[]> functions = new ArrayList<>();
    private final List<byte[]> tables = new ArrayList<>();
    private final List<byte[]> memories = new ArrayList<>();
    private final List<byte[]> globals = new ArrayList<>();
    private final List<byte[]> exports = new ArrayList<>();
    private final List<byte[]> elements = new ArrayList<>();
    private final List<byte[]> bodies = new ArrayList<>();
    private final List<byte[]> data = new ArrayList<>();
    private final List<byte[]> names = new ArrayList<>();
    private byte[] start;
    private int importedFunctions;

    /** Instructions and immediates of one body or constant expression. */
    public static final class Code {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        /** Raw bytes: opcodes, block types, small indices. */
        public Code op(int... bytes) {
            for (int b : bytes) out.write(b);
            return this;
        }

        /** An unsigned LEB128. */
        public Code u(long value) {
            writeUnsigned(out, value);
            return this;
        }

        /** A signed LEB128. */
        public Code s(long value) {
            writeSigned(out, value);
            return this;
        }

        public Code i32(int value) {
            return op(0x41).s(value);
        }

        public Code i64(long value) {
            return op(0x42).s(value);
        }

        public Code f32(float value) {
            op(0x43);
            return little(Float.floatToRawIntBits(value), 4);
        }

        public Code f64(double value) {
            op(0x44);
            return little(Double.doubleToRawLongBits(value), 8);
        }

        /** The {@code bytes} low bytes of {@code value}, least significant first. */
        public Code little(long value, int bytes) {
            for (int i = 0; i < bytes; i++) out.write((int) (value >>> 8 * i));
            return this;
        }

        public Code get(int local) {
            return op(0x20).u(local);
        }

        public Code set(int local) {
            return op(0x21).u(local);
        }

        public Code tee(int local) {
            return op(0x22).u(local);
        }

        public Code call(int function) {
            return op(0x10).u(function);
        }

        /** A load or store: opcode, alignment exponent, offset. */
        public Code memory(int opcode, int align, long offset) {
            return op(opcode).u(align).u(offset);
        }

        /** {@code end}. */
        public Code end() {
            return op(0x0B);
        }

        public Code append(Code other) {
            out.writeBytes(other.out.toByteArray());
            return this;
        }

        public byte[] bytes() {
            return out.toByteArray();
        }
    }

    public static Code code() {
        return new Code();
    }

    /** Adds a function type. Returns its index. */
    public int type(int[] params, int[] results) {
        Code c = code().op(0x60).u(params.length).op(params).u(results.length).op(results);
        types.add(c.bytes());
        return types.size() - 1;
    }

    /** Imports a function; all imports must come before {@link #function}. Returns its index. */
    public int importFunction(String module, String name, int type) {
        imports.add(concat(name(module), name(name), code().op(0x00).u(type).bytes()));
        return importedFunctions++;
    }

    public void importMemory(String module, String name, long min, long max) {
        imports.add(concat(name(module), name(name), new byte[] {0x02}, limits(min, max)));
    }

    public void importTable(String module, String name, int elementType, long min, long max) {
        imports.add(concat(name(module), name(name), new byte[] {0x01, (byte) elementType}, limits(min, max)));
    }

    public void importGlobal(String module, String name, int type, boolean mutable) {
        imports.add(concat(name(module), name(name), new byte[] {0x03, (byte) type, (byte) (mutable ? 1 : 0)}));
    }

    /**
     * Adds a function. {@code locals} lists the types of its locals one by one; {@code body} must end with {@code end}.
     * Returns its index.
     */
    public int function(int type, int[] locals, Code body) {
        functions.add(code().u(type).bytes());
        Code declared = code();
        int runs = 0;
        for (int i = 0, run; i < locals.length; i += run, runs++) {
            run = 1;
            while (i + run < locals.length && locals[i + run] == locals[i]) run++;
            declared.u(run).op(locals[i]);
        }
        return body(concat(code().u(runs).bytes(), declared.bytes(), body.bytes()));
    }

    /** Adds a function whose body, locals included, is given as bytes. Returns its index. */
    public int rawFunction(int type, byte[] body) {
        functions.add(code().u(type).bytes());
        return body(body);
    }

    private int body(byte[] body) {
        bodies.add(concat(code().u(body.length).bytes(), body));
        return importedFunctions + bodies.size() - 1;
    }

    /** Adds a memory with limits in pages; {@code max} −1 means none. */
    public void memory(long min, long max) {
        memories.add(limits(min, max));
    }

    /** Adds a table; {@code max} −1 means none. */
    public void table(int elementType, long min, long max) {
        tables.add(concat(new byte[] {(byte) elementType}, limits(min, max)));
    }

    /** Adds a global with a constant expression that must end with {@code end}. */
    public void global(int type, boolean mutable, Code init) {
        globals.add(concat(new byte[] {(byte) type, (byte) (mutable ? 1 : 0)}, init.bytes()));
    }

    public void exportFunction(String name, int index) {
        export(name, 0, index);
    }

    public void exportTable(String name, int index) {
        export(name, 1, index);
    }

    public void exportMemory(String name, int index) {
        export(name, 2, index);
    }

    public void exportGlobal(String name, int index) {
        export(name, 3, index);
    }

    private void export(String name, int kind, int index) {
        exports.add(concat(name(name), code().op(kind).u(index).bytes()));
    }

    /** Adds an active segment of table 0 that holds {@code functions} from {@code offset} on. */
    public void elements(int offset, int... functions) {
        Code c = code().op(0x00).i32(offset).end().u(functions.length);
        for (int f : functions) c.u(f);
        elements.add(c.bytes());
    }

    /** Adds an active segment of memory 0. */
    public void data(int offset, byte[] bytes) {
        data.add(concat(code().op(0x00).i32(offset).end().u(bytes.length).bytes(), bytes));
    }

    /** Adds a passive data segment. */
    public void passiveData(byte[] bytes) {
        data.add(concat(code().op(0x01).u(bytes.length).bytes(), bytes));
    }

    public void start(int function) {
        start = code().u(function).bytes();
    }

    /** Names a function in the name section; call in order of index. */
    public void functionName(int index, String name) {
        names.add(concat(code().u(index).bytes(), name(name)));
    }

    /** The module so far. */
    public byte[] build() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
        section(out, 1, types);
        section(out, 2, imports);
        section(out, 3, functions);
        section(out, 4, tables);
        section(out, 5, memories);
        section(out, 6, globals);
        section(out, 7, exports);
        if (start != null) section(out, 8, start);
        section(out, 9, elements);
        if (!data.isEmpty()) section(out, 12, code().u(data.size()).bytes());
        section(out, 10, bodies);
        section(out, 11, data);
        if (!names.isEmpty()) {
            byte[] map = vector(names);
            section(out, 0, concat(name("name"), code().op(1).u(map.length).bytes(), map));
        }
        return out.toByteArray();
    }

    private static void section(ByteArrayOutputStream out, int id, List<byte[]> entries) {
        if (!entries.isEmpty()) section(out, id, vector(entries));
    }

    private static void section(ByteArrayOutputStream out, int id, byte[] content) {
        out.write(id);
        writeUnsigned(out, content.length);
        out.writeBytes(content);
    }

    private static byte[] vector(List<byte[]> entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writeUnsigned(out, entries.size());
        for (byte[] entry : entries) out.writeBytes(entry);
        return out.toByteArray();
    }

    private static byte[] limits(long min, long max) {
        return max < 0
                ? code().op(0x00).u(min).bytes()
                : code().op(0x01).u(min).u(max).bytes();
    }

    private static byte[] name(String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        return concat(code().u(utf8.length).bytes(), utf8);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) out.writeBytes(part);
        return out.toByteArray();
    }

    private static void writeUnsigned(ByteArrayOutputStream out, long value) {
        while ((value & ~0x7FL) != 0) {
            out.write((int) (value & 0x7F | 0x80));
            value >>>= 7;
        }
        out.write((int) value);
    }

    private static void writeSigned(ByteArrayOutputStream out, long value) {
        while (value != value << 57 >> 57) {
            out.write((int) (value & 0x7F | 0x80));
            value >>= 7;
        }
        out.write((int) (value & 0x7F));
    }
}
