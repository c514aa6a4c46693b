package emberwall.script;

import emberwall.engine.FunctionType;
import emberwall.engine.GlobalType;
import emberwall.engine.HostFunction;
import emberwall.engine.Imports;
import emberwall.engine.MemoryType;
import emberwall.engine.Store;
import emberwall.engine.TableType;
import emberwall.wasm.ValueType;

/** The host module that the suite's modules import from. What is printed is not wanted by anyone. */
final class Spectest {
    static final String NAME = "spectest";

    private Spectest() {}

    /** A fresh one. */
    static Imports in(Store store) {
        return Imports.of()
                .function(NAME, "print", FunctionType.of(), nothing())
                .function(NAME, "print_i32", FunctionType.of(ValueType.I32), nothing())
                .function(NAME, "print_i64", FunctionType.of(ValueType.I64), nothing())
                .function(NAME, "print_f32", FunctionType.of(ValueType.F32), nothing())
                .function(NAME, "print_f64", FunctionType.of(ValueType.F64), nothing())
                .function(NAME, "print_i32_f32", FunctionType.of(ValueType.I32, ValueType.F32), nothing())
                .function(NAME, "print_f64_f64", FunctionType.of(ValueType.F64, ValueType.F64), nothing())
                .global(NAME, "global_i32", store.newGlobal(new GlobalType(ValueType.I32, false), 666))
                .global(NAME, "global_i64", store.newGlobal(new GlobalType(ValueType.I64, false), 666L))
                .global(NAME, "global_f32", store.newGlobal(new GlobalType(ValueType.F32, false), 666.6F))
                .global(NAME, "global_f64", store.newGlobal(new GlobalType(ValueType.F64, false), 666.6))
                .table(NAME, "table", store.newTable(new TableType(ValueType.FUNCREF, 10, 20), null))
                .table(NAME, "table64", store.newTable(new TableType(ValueType.FUNCREF, true, 10, 20), null))
                .memory(NAME, "memory", store.newMemory(new MemoryType(1, 2)))
                .memory(NAME, "shared_memory", store.newMemory(MemoryType.shared(1, 2)));
    }

    private static HostFunction nothing() {
        return call -> {};
    }
}
