package emberwall.wasm.reference;

import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.op.TrapReason;
import emberwall.testing.SuiteScript;
import emberwall.wasm.Export;
import emberwall.wasm.ExternalKind;
import emberwall.wasm.FunctionType;
import emberwall.wasm.Import;
import emberwall.wasm.Limits;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleException;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.TypeRegistry;
import emberwall.wasm.ValueType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Modules of the suite with a byte changed. Most are refused; whatever validation lets through must run to a result, a trap
 * or an error with a name, and never break the interpreter.
 */
@Timeout(120)
class MutationTest {
    private static final int MUTANTS = 30_000;
    private static final int POLLS = 5_000;
    private static final int HEADER = 8;

    private final Random random = new Random(20_260_722);
    private int ran;
    private int trapped;

    @Test
    void nothingValidBreaksTheInterpreter() throws IOException {
        List<byte[]> modules = modules();
        for (int i = 0; i < MUTANTS; i++) {
            byte[] bytes = modules.get(random.nextInt(modules.size())).clone();
            bytes[HEADER + random.nextInt(bytes.length - HEADER)] = (byte) random.nextInt();
            try {
                run(bytes.clone());
            } catch (ModuleException | UnsupportedOperationException | UnlinkableException | ResourceException e) {
                assertTrue(e.getMessage() != null && !e.getMessage().isEmpty());
            } catch (RuntimeException | Error e) {
                throw new AssertionError("broken by " + HexFormat.of().formatHex(bytes), e);
            }
        }
        assertTrue(ran > MUTANTS / 10, () -> "only " + ran + " ran");
        assertTrue(trapped > MUTANTS / 20, () -> "only " + trapped + " trapped");
    }

    private static List<byte[]> modules() throws IOException {
        var modules = new ArrayList<byte[]>();
        for (SuiteScript script : SuiteScript.group("core")) {
            for (SuiteScript.Command command : script.commands()) {
                if (command.type().equals("module")
                        && command.binary() != null
                        && !script.name().contains("simd")) {
                    byte[] bytes = script.bytes(command.binary());
                    if (bytes.length > HEADER) {
                        modules.add(bytes);
                    }
                }
            }
        }
        return modules;
    }

    private void run(byte[] bytes) {
        Program program = Program.of(ModuleParser.parse(bytes), Limits.DEFAULT);
        Module module = program.module();
        try (Store store = new Store(new TypeRegistry(), new StoreLimits(1 << 24, 100_000, 1 << 18, 20))) {
            int[] polls = new int[1];
            store.onAttention(() -> {
                store.requestAttention();
                return ++polls[0] < POLLS ? null : TrapReason.INTERRUPTED;
            });
            store.requestAttention();
            ModuleInstance instance = store.instantiate(program, wanted -> provide(store, module, wanted));
            ran++;
            for (Export export : module.exports()) {
                if (export.kind() == ExternalKind.FUNCTION) {
                    polls[0] = 0;
                    call(store, (FunctionInstance) instance.export(export));
                }
            }
        } catch (GuestTrap trap) {
            trapped++;
        }
    }

    private void call(Store store, FunctionInstance function) {
        FunctionType type = function.type();
        Values arguments = new Values(type.parameterCount());
        for (int i = 0; i < arguments.count(); i++) {
            boolean narrow = type.parameter(i) == ValueType.I32 || type.parameter(i) == ValueType.F32;
            arguments.set(i, narrow ? random.nextInt() & 0xffff_ffffL : random.nextLong());
        }
        try {
            store.invoke(function, arguments);
        } catch (GuestTrap trap) {
            trapped++;
        }
    }

    /** What the module wants, as it wants it; nothing where that would need types of its own. */
    private static Extern provide(Store store, Module module, Import wanted) {
        int index = wanted.index();
        return switch (wanted.kind()) {
            case FUNCTION -> {
                FunctionType type = module.functionType(index);
                boolean isPlain = arePlain(type.parameters()) && arePlain(type.results());
                yield isPlain ? store.newFunction(type, call -> {}, wanted.name()) : null;
            }
            case MEMORY -> store.newMemory(module.memory(index));
            case TABLE -> arePlain(module.table(index).element()) ? store.newTable(module.table(index), null) : null;
            case GLOBAL -> arePlain(module.global(index).type()) ? store.newGlobal(module.global(index)) : null;
            case TAG -> null;
        };
    }

    private static boolean arePlain(int... types) {
        for (int type : types) {
            if (ValueType.isReference(type) && (ValueType.isConcrete(type) || !ValueType.isNullable(type))) {
                return false;
            }
        }
        return true;
    }
}
