package emberwall.engine;

import emberwall.fiber.Trap;
import emberwall.op.TrapReason;
import emberwall.testing.ScriptEngine;
import emberwall.testing.ScriptValue;
import emberwall.wasm.FeatureScan;
import emberwall.wasm.InvalidException;
import emberwall.wasm.LimitException;
import emberwall.wasm.MalformedException;
import emberwall.wasm.ModuleException;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.ValueType;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Plays the official suite through the public API. */
final class SuiteEngine implements ScriptEngine {
    private final Engine engine;
    private Store store;
    private final Map<String, Imports> registered = new HashMap<>();

    /** A module, and what in it no tier is tested for. */
    private record Compiled(CompiledModule module, FeatureScan.Use unsupported) {}

    SuiteEngine(Engine engine) {
        this.engine = engine;
    }

    @Override
    public void begin() {
        registered.clear();
        store = engine.newStore();
        registered.put("spectest", spectest());
    }

    private Imports spectest() {
        String name = "spectest";
        HostFunction nothing = call -> {};
        return Imports.of()
                .function(name, "print", FunctionType.of(), nothing)
                .function(name, "print_i32", FunctionType.of(ValueType.I32), nothing)
                .function(name, "print_i64", FunctionType.of(ValueType.I64), nothing)
                .function(name, "print_f32", FunctionType.of(ValueType.F32), nothing)
                .function(name, "print_f64", FunctionType.of(ValueType.F64), nothing)
                .function(name, "print_i32_f32", FunctionType.of(ValueType.I32, ValueType.F32), nothing)
                .function(name, "print_f64_f64", FunctionType.of(ValueType.F64, ValueType.F64), nothing)
                .global(name, "global_i32", store.newGlobal(new GlobalType(ValueType.I32, false), 666))
                .global(name, "global_i64", store.newGlobal(new GlobalType(ValueType.I64, false), 666L))
                .global(name, "global_f32", store.newGlobal(new GlobalType(ValueType.F32, false), 666.6F))
                .global(name, "global_f64", store.newGlobal(new GlobalType(ValueType.F64, false), 666.6))
                .table(name, "table", store.newTable(new TableType(ValueType.FUNCREF, 10, 20), null))
                .memory(name, "memory", store.newMemory(new MemoryType(1, 2)));
    }

    @Override
    public void end() {
        store.close();
    }

    @Override
    public String unsupported(Object module) {
        FeatureScan.Use use = ((Compiled) module).unsupported();
        return use == null ? null : use.toString();
    }

    @Override
    public Object compile(byte[] bytes) throws Failure {
        try {
            CompiledModule module = engine.compile(bytes);
            return new Compiled(module, FeatureScan.first(ModuleParser.parse(bytes), NativeModule.FEATURES));
        } catch (ModuleException refused) {
            Failure.Kind kind = switch (refused) {
                case MalformedException malformed -> Failure.Kind.MALFORMED;
                case InvalidException invalid -> Failure.Kind.INVALID;
                case LimitException limit -> Failure.Kind.LIMIT;
            };
            throw new Failure(kind, refused.getMessage(), refused);
        }
    }

    @Override
    public Collection<String> importedModules(Object module) {
        Set<String> modules = new LinkedHashSet<>();
        for (ImportType wanted : ((Compiled) module).module().imports()) {
            modules.add(wanted.module());
        }
        return modules;
    }

    @Override
    public Object instantiate(Object module) throws Failure {
        Imports imports = Imports.of();
        registered.values().forEach(imports::all);
        try {
            return ((Compiled) module).module().instantiate(store, imports);
        } catch (LinkException unlinkable) {
            throw new Failure(Failure.Kind.UNLINKABLE, unlinkable.getMessage(), unlinkable);
        } catch (Trap trap) {
            throw failure(trap);
        }
    }

    private static Failure failure(Trap trap) {
        boolean exhausted = trap.reason() == TrapReason.STACK_EXHAUSTED;
        return new Failure(exhausted ? Failure.Kind.EXHAUSTION : Failure.Kind.TRAP, trap.getMessage(), trap);
    }

    @Override
    public void register(String name, Object instance) {
        registered.put(name, Imports.of().instance(name, (Instance) instance));
    }

    @Override
    public ScriptValue[] invoke(Object instance, String name, ScriptValue[] arguments) throws Failure {
        Function function = ((Instance) instance).function(name);
        Object[] values = new Object[arguments.length];
        for (int index = 0; index < values.length; index++) {
            values[index] = value(arguments[index]);
        }
        Object result;
        try {
            result = invoke(function, values);
        } catch (Trap trap) {
            throw failure(trap);
        }
        FunctionType type = function.type();
        Object[] results = type.resultCount() > 1 ? (Object[]) result : new Object[] {result};
        ScriptValue[] converted = new ScriptValue[type.resultCount()];
        for (int index = 0; index < converted.length; index++) {
            converted[index] = converted(type.result(index), results[index]);
        }
        return converted;
    }

    /** Every other call goes through the method handle. */
    private static Object invoke(Function function, Object[] values) {
        if (function.type().hashCode() % 2 == 0) {
            return function.call(values);
        }
        try {
            return function.handle().invokeWithArguments(values);
        } catch (RuntimeException | Error exception) {
            throw exception;
        } catch (Throwable checked) {
            throw new IllegalStateException(checked);
        }
    }

    @Override
    public ScriptValue get(Object instance, String name) {
        Global global = ((Instance) instance).global(name);
        return converted(global.type().value(), global.get());
    }

    private static Object value(ScriptValue value) {
        return switch (value.type()) {
            case "i32" -> (int) value.low();
            case "i64" -> value.low();
            case "f32" -> Float.intBitsToFloat((int) value.low());
            case "f64" -> Double.longBitsToDouble(value.low());
            default -> value.reference();
        };
    }

    private static ScriptValue converted(int type, Object value) {
        return switch (type) {
            case ValueType.I32 -> ScriptValue.i32((Integer) value);
            case ValueType.I64 -> ScriptValue.i64((Long) value);
            case ValueType.F32 -> ScriptValue.f32(Float.floatToRawIntBits((Float) value));
            case ValueType.F64 -> ScriptValue.f64(Double.doubleToRawLongBits((Double) value));
            case ValueType.EXTERNREF -> ScriptValue.reference("externref", value);
            default -> ScriptValue.reference("funcref", value);
        };
    }
}
