package emberwall.engine;

import emberwall.wasm.reference.FunctionInstance;
import emberwall.wasm.reference.GuestException;
import emberwall.wasm.reference.GuestTrap;
import emberwall.wasm.reference.Values;
import java.lang.invoke.MethodHandle;

/** A function of the reference tier, of a guest or of the host. */
final class ReferenceFunction extends Function {
    private final ReferenceStore store;
    private final FunctionType type;
    final FunctionInstance function;
    private MethodHandle handle;

    ReferenceFunction(ReferenceStore store, FunctionInstance function) {
        this.store = store;
        this.function = function;
        type = Types.api(function.type());
    }

    @Override
    public FunctionType type() {
        return type;
    }

    @Override
    public Store store() {
        return store;
    }

    @Override
    public String name() {
        return function.name();
    }

    @Override
    public synchronized MethodHandle handle() {
        if (handle == null) {
            handle = Handles.generic(this);
        }
        return handle;
    }

    @Override
    public Object call(Object... arguments) {
        Types.checkArguments(type, arguments);
        store.enter();
        try {
            store.check();
            Values results = store.store.invoke(function, store.values(type, arguments));
            int count = type.resultCount();
            if (count <= 1) {
                return count == 0 ? null : store.value(type.result(0), results, 0);
            }
            Object[] values = new Object[count];
            for (int index = 0; index < count; index++) {
                values[index] = store.value(type.result(index), results, index);
            }
            return values;
        } catch (GuestTrap trap) {
            throw ReferenceModule.trap(trap);
        } catch (GuestException exception) {
            throw store.exception(exception);
        } finally {
            store.leave();
        }
    }

    @Override
    public String toString() {
        return name() + " " + type;
    }
}
