package emberwall.fuzz;

import emberwall.engine.CompiledModule;
import emberwall.engine.Engine;
import emberwall.engine.EngineLimitException;
import emberwall.engine.Extern;
import emberwall.engine.Function;
import emberwall.engine.Global;
import emberwall.engine.GuestFrame;
import emberwall.engine.Imports;
import emberwall.engine.Instance;
import emberwall.engine.LinkException;
import emberwall.engine.Memory;
import emberwall.engine.Store;
import emberwall.engine.Table;
import emberwall.engine.Trap;
import emberwall.engine.UnsupportedFeatureException;
import emberwall.engine.WasmException;
import emberwall.fuzz.HostImport.HostException;
import emberwall.wasm.Features;
import emberwall.wasm.Limits;
import emberwall.wasm.ModuleException;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.ValueType;
import emberwall.wasm.text.WatParser;
import emberwall.wasm.text.WatPrinter;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** One store of one engine with the instances of a scenario, and what can be seen of it as text. */
final class World implements AutoCloseable {
    static final String DONE = "done";
    static final String TRAP = "trap: ";
    /** A fault of ours: never right, even if all engines agree. */
    static final String BROKEN = "broken: ";

    private final Engine engine;
    private final Store store;
    private final Duration patience;
    private final boolean isFromText;
    private final Imports imports = Imports.of();
    private final List<CompiledModule> modules = new ArrayList<>();
    private final List<Function> functions = new ArrayList<>();
    private final List<Global> fuels = new ArrayList<>();
    /** What can change, by where it is exported from. */
    private final Map<String, Extern> state = new LinkedHashMap<>();

    /**
     * An empty world.
     *
     * @param patience how long a guest may run
     * @param isFromText whether modules are printed and read back first
     */
    World(Engine engine, Duration patience, boolean isFromText) {
        this.engine = engine;
        this.isFromText = isFromText;
        this.patience = patience;
        store = engine.newStore();
        HostImport.define(imports);
    }

    /** Adds a module, for later ones under its own name; answers {@link #DONE} or what went wrong. */
    String instantiate(byte[] bytes) {
        return outcome(() -> {
            try {
                CompiledModule module = engine.compile(isFromText ? readBack(bytes) : bytes);
                modules.add(module);
                Instance instance = module.instantiate(store, imports);
                String name = module.name() == null ? "" : module.name();
                imports.instance(name, instance);
                for (Map.Entry<String, Extern> export : instance.exports().entrySet()) {
                    add(name + "." + export.getKey(), export.getKey(), export.getValue());
                }
                return DONE;
            } catch (ModuleException | LinkException | EngineLimitException | UnsupportedFeatureException refused) {
                return refused.getClass().getSimpleName() + ": " + refused.getMessage();
            }
        });
    }

    /** What an action of the guest says, or what went wrong with it. */
    private String outcome(Supplier<String> action) {
        store.timeout(patience);
        try {
            return action.get();
        } catch (Trap trap) {
            return describe(trap);
        } catch (WasmException thrown) {
            return describe(thrown);
        } catch (HostException thrown) {
            return TRAP + thrown.getMessage();
        } catch (RuntimeException | AssertionError | InternalError broken) {
            return BROKEN + broken + " in "
                    + List.of(broken.getStackTrace()).subList(0, Math.min(3, broken.getStackTrace().length));
        }
    }

    /** Whether an outcome of {@link #instantiate} is that the engine does not give so much. */
    static boolean isBeyondLimits(String outcome) {
        return outcome.startsWith(EngineLimitException.class.getSimpleName());
    }

    private static byte[] readBack(byte[] bytes) {
        String text = WatPrinter.print(ModuleParser.parse(bytes, Limits.DEFAULT, Features.ALL));
        return WatParser.parse(text.getBytes(StandardCharsets.UTF_8)).bytes();
    }

    /** Adds the bytes of an exported memory, where there is such, to others. */
    void collect(String path, byte[] marks) {
        if (state.get(path) instanceof Memory memory) {
            for (int i = 0; i < marks.length; i++) {
                marks[i] |= memory.getByte(i);
            }
        }
    }

    private void add(String path, String name, Extern object) {
        if (object instanceof Function function) {
            functions.add(function);
        } else {
            state.put(path, object);
        }
        if (object instanceof Global global && name.equals(ModuleGenerator.FUEL)) {
            fuels.add(global);
        }
    }

    /** Where it all is. */
    Store store() {
        return store;
    }

    /** The modules that were instantiated, or were to be, in order. */
    List<CompiledModule> modules() {
        return modules;
    }

    /** How many functions are exported. */
    int functions() {
        return functions.size();
    }

    String name(int function) {
        return functions.get(function).name() + " (number " + function + ")";
    }

    /** Calls an exported function, with fuel; answers its results or what went wrong. */
    String call(int number, int round) {
        for (Global fuel : fuels) {
            if (fuel.type().mutable() && fuel.type().value() == ValueType.I32) {
                fuel.set(ModuleGenerator.FUEL_AT_START);
            }
        }
        Function function = functions.get(number);
        Object[] arguments = Arguments.of(function, round);
        if (arguments == null) {
            return "no arguments";
        }
        return outcome(() -> {
            Texts texts = new Texts();
            Object result = function.call(arguments);
            if (!(result instanceof Object[] several)) {
                return texts.of(result);
            }
            StringBuilder text = new StringBuilder();
            for (Object one : several) {
                text.append(texts.of(one)).append(' ');
            }
            return text.toString();
        });
    }

    private static String describe(Trap trap) {
        StringBuilder text = new StringBuilder(TRAP).append(trap.reason().text());
        for (GuestFrame frame : trap.trace()) {
            text.append("\n    at ")
                    .append(frame.module())
                    .append(" function ")
                    .append(frame.function())
                    .append(" offset 0x")
                    .append(Integer.toHexString(frame.offset()));
        }
        return text.append(trap.omitted() == 0 ? "" : "\n    and " + trap.omitted() + " more")
                .toString();
    }

    /** An exception that nobody caught: its tag's type and what it carries. */
    private static String describe(WasmException thrown) {
        Texts texts = new Texts();
        StringBuilder text = new StringBuilder(TRAP)
                .append("exception ")
                .append(Texts.of(thrown.tag().type().carried()));
        for (Object value : thrown.values()) {
            text.append(' ').append(texts.of(value));
        }
        return text.toString();
    }

    // ---- state

    /** The first thing that is not as in another world, here and there; null if there is none. */
    String[] difference(World other) {
        Texts here = new Texts();
        Texts there = new Texts();
        for (Map.Entry<String, Extern> entry : state.entrySet()) {
            Extern theirs = other.state.get(entry.getKey());
            String[] difference = switch (entry.getValue()) {
                case Memory memory -> difference(memory, (Memory) theirs);
                case Table table -> difference(table, (Table) theirs, here, there);
                case Global global ->
                    isHidden(global) ? null : unequal(here.of(global.get()), there.of(((Global) theirs).get()));
                default -> null;
            };
            if (difference != null) {
                String what = entry.getKey() + " ";
                return new String[] {what + difference[0], what + difference[1]};
            }
        }
        return null;
    }

    private static String[] unequal(String mine, String theirs) {
        return mine.equals(theirs) ? null : new String[] {mine, theirs};
    }

    private static String[] difference(Memory mine, Memory theirs) {
        if (mine.bytes() != theirs.bytes()) {
            return new String[] {mine.bytes() + " bytes", theirs.bytes() + " bytes"};
        }
        MemorySegment here = mine.segment();
        MemorySegment there = theirs.segment();
        long at = here.mismatch(there);
        return at < 0 ? null : new String[] {byteAt(mine, at), byteAt(theirs, at)};
    }

    private static String byteAt(Memory memory, long at) {
        return "0x" + Integer.toHexString(memory.getByte(at) & 0xFF) + " at 0x" + Long.toHexString(at);
    }

    /** Exceptions are nothing for hosts. */
    private static boolean isHidden(Global global) {
        return !HostImport.canCross(global.type().value());
    }

    private static String[] difference(Table mine, Table theirs, Texts here, Texts there) {
        if (mine.size() != theirs.size()) {
            return new String[] {mine.size() + " elements", theirs.size() + " elements"};
        }
        for (long i = 0; i < mine.size() && HostImport.canCross(mine.type().element()); i++) {
            String[] difference = unequal(i + ": " + here.of(mine.get(i)), i + ": " + there.of(theirs.get(i)));
            if (difference != null) {
                return difference;
            }
        }
        return null;
    }

    @Override
    public void close() {
        store.close();
        for (CompiledModule module : modules) {
            module.close();
        }
    }
}
