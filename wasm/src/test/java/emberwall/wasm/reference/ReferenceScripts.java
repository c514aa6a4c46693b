package emberwall.wasm.reference;

import emberwall.op.TrapReason;
import emberwall.op.V128;
import emberwall.testing.ScriptEngine;
import emberwall.testing.ScriptValue;
import emberwall.testing.ScriptValue.HostReference;
import emberwall.wasm.Features;
import emberwall.wasm.FunctionType;
import emberwall.wasm.GlobalType;
import emberwall.wasm.Import;
import emberwall.wasm.InvalidException;
import emberwall.wasm.LimitException;
import emberwall.wasm.Limits;
import emberwall.wasm.MalformedException;
import emberwall.wasm.MemoryType;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.TableType;
import emberwall.wasm.TypeRegistry;
import emberwall.wasm.ValueType;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/** The reference interpreter under the official suite's scripts. */
final class ReferenceScripts implements ScriptEngine {
    private final long features;
    private final Features readable;
    private final Map<String, ModuleInstance> registered = new HashMap<>();
    private final Map<String, Extern> spectest = new HashMap<>();
    private Store store;

    /** Tested for {@code features}; whatever is {@code readable} is decoded and validated. */
    ReferenceScripts(long features, Features readable) {
        this.features = features;
        this.readable = readable;
    }

    @Override
    public void begin() {
        registered.clear();
        spectest.clear();
        store = new Store(new TypeRegistry(), StoreLimits.DEFAULT);
        print("print");
        print("print_i32", ValueType.I32);
        print("print_i64", ValueType.I64);
        print("print_f32", ValueType.F32);
        print("print_f64", ValueType.F64);
        print("print_i32_f32", ValueType.I32, ValueType.F32);
        print("print_f64_f64", ValueType.F64, ValueType.F64);
        constant("global_i32", ValueType.I32, 666);
        constant("global_i64", ValueType.I64, 666);
        constant("global_f32", ValueType.F32, Float.floatToRawIntBits(666.6f));
        constant("global_f64", ValueType.F64, Double.doubleToRawLongBits(666.6));
        spectest.put("table", store.newTable(new TableType(ValueType.FUNCREF, false, 10, 20, true), null));
        spectest.put("table64", store.newTable(new TableType(ValueType.FUNCREF, true, 10, 20, true), null));
        spectest.put("memory", store.newMemory(new MemoryType(false, false, 16, 1, 2, true)));
        spectest.put("shared_memory", store.newMemory(new MemoryType(false, true, 16, 1, 2, true)));
    }

    private void print(String name, int... parameters) {
        spectest.put(name, store.newFunction(FunctionType.of(parameters, new int[0]), call -> {}, name));
    }

    private void constant(String name, int type, long word) {
        GlobalInstance global = store.newGlobal(new GlobalType(type, false));
        global.set(word);
        spectest.put(name, global);
    }

    @Override
    public void end() {
        store.close();
    }

    @Override
    public String unsupported(Object module) {
        return ((Program) module).unsupported(features);
    }

    @Override
    public Object compile(byte[] bytes) throws Failure {
        try {
            return Program.of(ModuleParser.parse(bytes, Limits.DEFAULT, readable), Limits.DEFAULT);
        } catch (MalformedException e) {
            throw new Failure(Failure.Kind.MALFORMED, e.getMessage(), e);
        } catch (InvalidException e) {
            throw new Failure(Failure.Kind.INVALID, e.getMessage(), e);
        } catch (LimitException e) {
            throw new Failure(Failure.Kind.LIMIT, e.getMessage(), e);
        }
    }

    @Override
    public Collection<String> importedModules(Object module) {
        var names = new TreeSet<String>();
        for (Import wanted : ((Program) module).module().imports()) {
            names.add(wanted.module());
        }
        return names;
    }

    @Override
    public Object instantiate(Object module) throws Failure {
        try {
            return store.instantiate((Program) module, this::resolve);
        } catch (UnlinkableException e) {
            throw new Failure(Failure.Kind.UNLINKABLE, e.getMessage(), e);
        } catch (GuestTrap e) {
            throw failure(e);
        }
    }

    private Extern resolve(Import wanted) {
        if (wanted.module().equals("spectest")) {
            return spectest.get(wanted.name());
        }
        ModuleInstance instance = registered.get(wanted.module());
        return instance == null ? null : instance.export(wanted.name());
    }

    private static Failure failure(GuestTrap trap) {
        boolean isExhausted = trap.reason() == TrapReason.STACK_EXHAUSTED;
        return new Failure(isExhausted ? Failure.Kind.EXHAUSTION : Failure.Kind.TRAP, trap.getMessage(), trap);
    }

    @Override
    public void register(String name, Object instance) {
        registered.put(name, (ModuleInstance) instance);
    }

    @Override
    public ScriptValue[] invoke(Object instance, String function, ScriptValue[] arguments) throws Failure {
        FunctionInstance callee = (FunctionInstance) ((ModuleInstance) instance).export(function);
        Values values = new Values(arguments.length);
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].type().equals("v128")) {
                values.setVector(i, new V128(arguments[i].low(), arguments[i].high()));
            } else {
                values.set(i, arguments[i].low()).setReference(i, arguments[i].reference());
            }
        }
        Values results;
        try {
            results = store.invoke(callee, values);
        } catch (GuestTrap e) {
            throw failure(e);
        } catch (GuestException e) {
            throw new Failure(Failure.Kind.EXCEPTION, e.getMessage(), e);
        }
        var script = new ScriptValue[results.count()];
        for (int i = 0; i < script.length; i++) {
            script[i] = value(callee.type().result(i), results.word(i), results.reference(i));
        }
        return script;
    }

    @Override
    public ScriptValue get(Object instance, String name) {
        GlobalInstance global = (GlobalInstance) ((ModuleInstance) instance).export(name);
        return value(global.type().type(), global.word(), global.reference());
    }

    private static ScriptValue value(int type, long word, Object reference) {
        if (type == ValueType.V128) {
            V128 vector = reference == null ? V128.ZERO : (V128) reference;
            return ScriptValue.v128(vector.low(), vector.high());
        }
        if (!ValueType.isReference(type)) {
            return new ScriptValue(ValueType.text(type), word, 0, null);
        }
        String name = type == ValueType.EXTERNREF
                ? "externref"
                : switch (reference) {
                    case FunctionInstance function -> "funcref";
                    case StructInstance struct -> "structref";
                    case ArrayInstance array -> "arrayref";
                    case I31 integer -> "i31ref";
                    case HostReference host -> type == ValueType.ANYREF ? "anyref" : "externref";
                    case null, default -> ValueType.text(type);
                };
        return ScriptValue.reference(name, reference);
    }
}
