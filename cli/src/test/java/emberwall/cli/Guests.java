package emberwall.cli;

import static emberwall.testing.WasmBuilder.F32;
import static emberwall.testing.WasmBuilder.F64;
import static emberwall.testing.WasmBuilder.I32;
import static emberwall.testing.WasmBuilder.I64;
import static emberwall.testing.WasmBuilder.code;

import emberwall.testing.WasmBuilder;
import emberwall.testing.WasmBuilder.Code;
import java.nio.charset.StandardCharsets;

/** Small guests, each of which does one thing that the command line must answer. */
final class Guests {
    private static final String WASI = "wasi_snapshot_preview1";
    private static final int[] NONE = {};
    private static final int VECTORS = 8; // where one iovec lies
    private static final int WRITTEN = 16; // where sizes are answered
    private static final int TEXT = 1024;

    private Guests() {}

    /** Prints a text once. */
    static byte[] hello(String text) {
        Program program = new Program("fd_write", I32, I32, I32, I32);
        program.wasm.data(TEXT, text.getBytes(StandardCharsets.UTF_8));
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        return program.start(code().append(store(VECTORS, TEXT))
                .append(store(VECTORS + 4, length))
                .append(write())
                .end());
    }

    /** Prints a text for ever. */
    static byte[] yes() {
        Program program = new Program("fd_write", I32, I32, I32, I32);
        program.wasm.data(TEXT, "y\n".getBytes(StandardCharsets.UTF_8));
        Code loop =
                code().op(0x03, WasmBuilder.EMPTY).append(write()).op(0x0C, 0).end();
        return program.start(code().append(store(VECTORS, TEXT))
                .append(store(VECTORS + 4, 2))
                .append(loop)
                .end());
    }

    /** Prints a text, then spins. */
    static byte[] helloThenSpin() {
        Program program = new Program("fd_write", I32, I32, I32, I32);
        program.wasm.data(TEXT, "ready\n".getBytes(StandardCharsets.UTF_8));
        Code spin = code().op(0x03, WasmBuilder.EMPTY, 0x0C, 0).end();
        return program.start(code().append(store(VECTORS, TEXT))
                .append(store(VECTORS + 4, 6))
                .append(write())
                .append(spin)
                .end());
    }

    /** Prints its arguments or its environment, each followed by a NUL: {@code args} or {@code environ}. */
    static byte[] echo(String what) {
        WasmBuilder wasm = new WasmBuilder();
        int pair = wasm.type(new int[] {I32, I32}, new int[] {I32});
        int four = wasm.type(new int[] {I32, I32, I32, I32}, new int[] {I32});
        int start = wasm.type(NONE, NONE);
        int sizes = wasm.importFunction(WASI, what + "_sizes_get", pair);
        int get = wasm.importFunction(WASI, what + "_get", pair);
        int write = wasm.importFunction(WASI, "fd_write", four);
        wasm.memory(1, 1);
        wasm.exportMemory("memory", 0);
        Code body = code();
        body.i32(WRITTEN).i32(VECTORS + 4).call(sizes).op(0x1A); // count, then the bytes where the iovec wants them
        body.i32(4096).i32(TEXT).call(get).op(0x1A);
        body.append(store(VECTORS, TEXT));
        body.i32(1).i32(VECTORS).i32(1).i32(WRITTEN).call(write).op(0x1A).end();
        wasm.exportFunction("_start", wasm.function(start, NONE, body));
        return wasm.build();
    }

    /** Exits with a code. */
    static byte[] exit(int code) {
        Program program = new Program("proc_exit", I32);
        return program.start(code().i32(code).call(0).end());
    }

    /** Reads standard input, which it never gets if nobody writes. */
    static byte[] read() {
        Program program = new Program("fd_read", I32, I32, I32, I32);
        Code read =
                code().i32(0).i32(VECTORS).i32(1).i32(WRITTEN).call(0).op(0x1A).end();
        return program.start(code().append(store(VECTORS, TEXT))
                .append(store(VECTORS + 4, 16))
                .append(read));
    }

    /** Imports what nobody provides. */
    static byte[] unknownImport() {
        WasmBuilder wasm = new WasmBuilder();
        int type = wasm.type(new int[] {I64}, new int[] {F32});
        wasm.importFunction("env", "launch", type);
        wasm.exportFunction("_start", wasm.function(wasm.type(NONE, NONE), NONE, code().end()));
        return wasm.build();
    }

    /** Imports a function of WASI with another type than it has. */
    static byte[] wrongImport() {
        WasmBuilder wasm = new WasmBuilder();
        int type = wasm.type(new int[] {I64}, NONE);
        wasm.importFunction(WASI, "fd_write", type);
        wasm.exportFunction("_start", wasm.function(wasm.type(NONE, NONE), NONE, code().end()));
        return wasm.build();
    }

    /** Divides by zero two calls deep, in a function with a name that a terminal should not get to see. */
    static byte[] divide(String name) {
        WasmBuilder wasm = new WasmBuilder();
        int start = wasm.type(NONE, NONE);
        int divide = wasm.type(new int[] {I32}, new int[] {I32});
        int outer = wasm.function(start, NONE, code().i32(0).call(1).op(0x1A).end());
        wasm.function(divide, NONE, code().i32(1).get(0).op(0x6D).end());
        wasm.exportFunction("_start", outer);
        wasm.functionName(0, "outer");
        wasm.functionName(1, name);
        return wasm.build();
    }

    /** Loops for ever, calls itself for ever, and functions of all types. */
    static byte[] functions() {
        WasmBuilder wasm = new WasmBuilder();
        int nothing = wasm.type(NONE, NONE);
        int add = wasm.type(new int[] {I32, I32}, new int[] {I32});
        int add64 = wasm.type(new int[] {I64, I64}, new int[] {I64});
        int half = wasm.type(new int[] {F64}, new int[] {F64});
        int half32 = wasm.type(new int[] {F32}, new int[] {F32});
        int two = wasm.type(new int[] {I32, I64}, new int[] {I64, I32});
        int pages = wasm.type(new int[] {I32}, new int[] {I32});
        wasm.memory(1, -1);
        wasm.exportFunction(
                "spin",
                wasm.function(
                        nothing,
                        NONE,
                        code().op(0x03, WasmBuilder.EMPTY, 0x0C, 0).end().end()));
        wasm.exportFunction(
                "recurse", wasm.function(nothing, NONE, code().call(1).op(0x01).end()));
        wasm.exportFunction(
                "add", wasm.function(add, NONE, code().get(0).get(1).op(0x6A).end()));
        wasm.exportFunction(
                "add64",
                wasm.function(add64, NONE, code().get(0).get(1).op(0x7C).end()));
        wasm.exportFunction(
                "half",
                wasm.function(half, NONE, code().get(0).f64(0.5).op(0xA2).end()));
        wasm.exportFunction(
                "half32",
                wasm.function(half32, NONE, code().get(0).f32(0.5f).op(0x94).end()));
        wasm.exportFunction(
                "swap", wasm.function(two, NONE, code().get(1).get(0).end()));
        wasm.exportFunction(
                "grow", wasm.function(pages, NONE, code().get(0).op(0x40, 0).end()));
        wasm.exportMemory("memory", 0);
        return wasm.build();
    }

    /** Wants more memory than it may be given. */
    static byte[] large() {
        WasmBuilder wasm = new WasmBuilder();
        wasm.memory(10, 10);
        wasm.exportFunction("_start", wasm.function(wasm.type(NONE, NONE), NONE, code().end()));
        return wasm.build();
    }

    /** Leaves an i64 where an i32 is wanted. */
    static byte[] invalid() {
        WasmBuilder wasm = new WasmBuilder();
        int type = wasm.type(NONE, new int[] {I32});
        wasm.exportFunction("_start", wasm.function(type, NONE, code().i64(7).end()));
        return wasm.build();
    }

    private static Code store(int address, int value) {
        return code().i32(address).i32(value).memory(0x36, 2, 0);
    }

    private static Code write() {
        return code().i32(1).i32(VECTORS).i32(1).i32(WRITTEN).call(0).op(0x1A);
    }

    /** A command that imports one function of WASI. */
    private static final class Program {
        final WasmBuilder wasm = new WasmBuilder();

        Program(String imported, int... parameters) {
            int[] results = imported.equals("proc_exit") ? NONE : new int[] {I32};
            wasm.importFunction(WASI, imported, wasm.type(parameters, results));
            wasm.memory(1, 1);
            wasm.exportMemory("memory", 0);
        }

        byte[] start(Code body) {
            wasm.exportFunction("_start", wasm.function(wasm.type(NONE, NONE), NONE, body));
            return wasm.build();
        }
    }
}
