package emberwall.engine;

import emberwall.fiber.GuestFrame;
import emberwall.fiber.Trap;
import emberwall.wasm.Import;
import emberwall.wasm.Module;
import emberwall.wasm.reference.GuestException;
import emberwall.wasm.reference.GuestTrap;
import emberwall.wasm.reference.ModuleInstance;
import emberwall.wasm.reference.Program;
import emberwall.wasm.reference.ResourceException;
import emberwall.wasm.reference.UnlinkableException;
import java.util.ArrayList;
import java.util.List;

/** A module of the reference tier. */
final class ReferenceModule extends CompiledModule {
    private final ReferenceEngine engine;
    final Program program;
    final Module module;

    ReferenceModule(ReferenceEngine engine, Program program) {
        this.engine = engine;
        this.program = program;
        module = program.module();
    }

    @Override
    public Engine engine() {
        return engine;
    }

    @Override
    public String name() {
        return module.names().module();
    }

    @Override
    public List<ImportType> imports() {
        return Types.imports(module);
    }

    @Override
    public List<ExportType> exports() {
        return Types.exports(module);
    }

    @Override
    public String unsupported() {
        return program.unsupported(Program.FEATURES);
    }

    @Override
    public Instance instantiate(Imports imports) {
        for (Import wanted : module.imports()) {
            if (imports.find(wanted.module(), wanted.name()) instanceof Extern object) {
                return instantiate(object.store(), imports);
            }
        }
        ReferenceStore own = engine.newStore();
        boolean made = false;
        try {
            Instance instance = instantiate(own, imports, true);
            made = true;
            return instance;
        } finally {
            if (!made) {
                own.close();
            }
        }
    }

    @Override
    public Instance instantiate(Store store, Imports imports) {
        if (!(store instanceof ReferenceStore ours) || ours.engine() != engine) {
            throw new IllegalArgumentException("a store of another engine");
        }
        return instantiate(ours, imports, false);
    }

    private Instance instantiate(ReferenceStore store, Imports imports, boolean ownsStore) {
        String missing = unsupported();
        if (missing != null) {
            throw new UnsupportedFeatureException(missing);
        }
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
    public void compileAll() {}

    @Override
    public MachineCode inspect(int functionIndex) {
        throw new IllegalStateException("the reference tier makes no machine code");
    }

    /** Nothing is held outside of the Java heap. */
    @Override
    public void close() {}
}
