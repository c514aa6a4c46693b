package emberwall.fuzz;

import static emberwall.wasm.ValueType.EXTERNREF;
import static emberwall.wasm.ValueType.F32;
import static emberwall.wasm.ValueType.F64;
import static emberwall.wasm.ValueType.FUNCREF;
import static emberwall.wasm.ValueType.I32;
import static emberwall.wasm.ValueType.I64;

import emberwall.engine.Call;
import emberwall.engine.Function;
import emberwall.engine.FunctionType;
import emberwall.engine.Imports;
import emberwall.engine.Memory;
import emberwall.wasm.ValueType;

/** What the host offers to generated modules, under the module name {@link #MODULE}: the same in every engine. */
enum HostImport {
    // @formatter:off
    NOTHING (FunctionType.of(),                                                     HostImport::nothing),
    MIX     (FunctionType.of(I32, I64, F32, F64).returning(I64),                    HostImport::hash),
    MANY    (FunctionType.of(F64, I32, F32, I64, I32, I32, I32, I32, I64, I64, F64, F32, F64, F64, F64, F32, F32, F64, F64, I32)
                         .returning(I32, F64, I64, F32, I32, I64),                  HostImport::hash),
    KEEP    (FunctionType.of(EXTERNREF, FUNCREF).returning(FUNCREF, EXTERNREF),     HostImport::keep),
    APPLY   (FunctionType.of(FUNCREF, I32).returning(I32),                          HostImport::apply),
    TOUCH   (FunctionType.of(I32).returning(I32),                                   HostImport::touch),
    FAIL    (FunctionType.of(I32),                                                  HostImport::fail);
    // @formatter:on

    static final String MODULE = "env";

    private interface Body {
        void call(Call call);
    }

    /** What a host function throws of its own; it leaves through the guest. */
    static final class HostException extends RuntimeException {
        private static final long serialVersionUID = 1;

        HostException(String message) {
            super(message, null, false, false);
        }
    }

    private final FunctionType type;
    private final Body body;

    HostImport(FunctionType type, Body body) {
        this.type = type;
        this.body = body;
    }

    String text() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    FunctionType type() {
        return type;
    }

    /** Adds all of them. */
    static void define(Imports imports) {
        for (HostImport host : values()) {
            imports.function(MODULE, host.text(), host.type, host.body::call);
        }
    }

    private static void nothing(Call call) {}

    /** Results that depend on all arguments. */
    private static void hash(Call call) {
        long hash = 17;
        for (int i = 0; i < call.type().parameterCount(); i++) {
            hash = Long.rotateLeft(hash, 7) * 31 + Edges.canonical(call.type().parameter(i), call.word(i));
        }
        for (int i = 0; i < call.type().resultCount(); i++) {
            long word = Long.rotateLeft(hash, 11 * i);
            switch (call.type().result(i)) {
                case I32 -> call.result(i, (int) word);
                case I64 -> call.result(i, word);
                case F32 -> call.result(i, (float) (int) word);
                case F64 -> call.result(i, (double) word);
                default -> throw new InternalError("no number");
            }
        }
    }

    private static void keep(Call call) {
        Object object = call.ref(0);
        Object function = call.ref(1);
        call.result(0, function);
        call.result(1, object);
    }

    /** Calls back into the guest; the result says how it went. */
    private static void apply(Call call) {
        Function function = (Function) call.ref(0);
        int salt = call.i32(1);
        Object[] arguments = function == null ? null : Arguments.of(function, salt & 3);
        if (arguments == null) {
            call.result(-1);
            return;
        }
        Object result = function.call(arguments);
        int count = result instanceof Object[] several ? several.length : result == null ? 0 : 1;
        call.result(salt + count);
    }

    /** Reads and writes the caller's memory. */
    private static void touch(Call call) {
        int address = call.i32(0);
        Memory memory;
        try {
            memory = call.memory();
        } catch (IllegalStateException none) {
            call.result(-1);
            return;
        }
        if (memory.bytes() < Long.BYTES) {
            call.result(-2);
            return;
        }
        long at = Integer.toUnsignedLong(address) % (memory.bytes() - 7);
        int before = memory.getInt(at);
        memory.putLong(at, memory.getLong(at) * 0x9E37_79B9_7F4A_7C15L + 1);
        call.result(before);
    }

    private static void fail(Call call) {
        int argument = call.i32(0);
        if ((argument & 7) == 3) {
            throw new HostException("the host failed with " + argument);
        }
    }

    /** The type as decoded modules have it. */
    emberwall.wasm.FunctionType wasmType() {
        return emberwall.wasm.FunctionType.of(type.parameters(), type.results());
    }

    /** Whether values of the type can be exchanged with the host. */
    static boolean canCross(int type) {
        if (!ValueType.isReference(type)) {
            return ValueType.isNumber(type) || type == ValueType.V128;
        }
        int heap = ValueType.heapType(type);
        return heap != ValueType.EXN && heap != ValueType.NOEXN;
    }
}
