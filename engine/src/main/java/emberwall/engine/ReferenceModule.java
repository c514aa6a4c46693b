package emberwall.engine;

import emberwall.wasm.Import;
import emberwall.wasm.Profile;
import emberwall.wasm.reference.GuestException;
import emberwall.wasm.reference.GuestTrap;
import emberwall.wasm.reference.ModuleInstance;
import emberwall.wasm.reference.Program;
import emberwall.wasm.reference.ResourceException;
import emberwall.wasm.reference.UnlinkableException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** A module of the reference tier. */
final class ReferenceModule extends CompiledModule {
    private final ReferenceEngine engine;
    final Program program;

    ReferenceModule(ReferenceEngine engine, Program program) {
        super(program.module());
        this.engine = engine;
        this.program = program;
    }

    @Override
    public Engine engine() {
        return engine;
    }

    @Override
    public String unsupported() {
        return null;
    }

    @Override
    Instance instantiate(Store given, Imports imports, boolean ownsStore) {
        ReferenceStore store = (ReferenceStore) given;
        store.enter();
        try {
            store.add(this);
            ModuleInstance made = store.store.instantiate(program, wanted -> store.resolve(wanted, imports));
            ReferenceInstance instance = store.instance(made);
            if (ownsStore) {
                instance.ownStore();
            }
            return instance;
        } catch (UnlinkableException unlinkable) {
            Import wanted = unlinkable.wanted();
            throw Types.mismatch(module, wanted, imports.find(wanted.module(), wanted.name()));
        } catch (ResourceException refused) {
            throw new EngineLimitException(refused.getMessage());
        } catch (GuestTrap trap) {
            throw trap(trap);
        } catch (GuestException exception) {
            throw store.exception(exception);
        } finally {
            store.leave();
        }
    }

    /** The trap as programs know it. */
    static Trap trap(GuestTrap trap) {
        List<GuestFrame> frames = new ArrayList<>();
        for (GuestTrap.Frame frame : trap.frames()) {
            String name = frame.module().names().module();
            frames.add(new GuestFrame(name == null ? "" : name, frame.function(), frame.name(), frame.offset()));
        }
        return new Trap(trap.reason(), trap.reason().text(), frames, trap.omittedFrames());
    }

    @Override
    Profile counted() {
        return program.profile();
    }

    @Override
    void goBy(Profile profile) {}

    @Override
    public void compileAll() {}

    @Override
    public MachineCode inspect(int functionIndex, BiConsumer<String, String> stages) {
        throw new IllegalStateException("the reference tier makes no machine code");
    }

    /** Nothing is held outside of the Java heap. */
    @Override
    public void close() {}
}
