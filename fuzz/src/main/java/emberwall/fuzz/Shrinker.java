package emberwall.fuzz;

import emberwall.fuzz.Draft.Data;
import emberwall.fuzz.Draft.Elements;
import emberwall.fuzz.Draft.Function;
import emberwall.fuzz.Draft.Global;
import emberwall.fuzz.Draft.Local;
import emberwall.fuzz.Draft.Memory;
import emberwall.fuzz.Draft.Part;
import emberwall.fuzz.Draft.Table;
import emberwall.fuzz.Draft.Tag;
import emberwall.wasm.FunctionType;
import emberwall.wasm.Opcode;
import emberwall.wasm.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Makes modules smaller for as long as they still do what is looked for. Every change is tried and taken back if it does
 * not help; whether the outcome is valid is left to the engines, so that changes need not know the rules.
 */
final class Shrinker {
    private static final int WIDEST_WINDOW = 6;

    private final List<Draft> modules;
    private final Predicate<List<byte[]>> fails;
    private final long deadline;
    private final Journal journal = new Journal();
    private int size;
    private int attempts;
    private boolean progress;

    /**
     * Shrinks modules in place.
     *
     * @param modules which fail
     * @param fails whether encoded modules still fail
     * @param seconds how long to try at most
     */
    Shrinker(List<Draft> modules, Predicate<List<byte[]>> fails, int seconds) {
        this.modules = modules;
        this.fails = fails;
        deadline = System.nanoTime() + seconds * 1_000_000_000L;
        size = Integer.MAX_VALUE;
    }

    /** The smallest modules that were found. */
    List<byte[]> shrink() {
        size = bytes(encode());
        do {
            progress = false;
            whole();
            parts();
            for (Draft module : modules) {
                for (Function function : module.functions) {
                    body(module, function);
                }
                details(module);
            }
        } while (progress && System.nanoTime() < deadline);
        return encode();
    }

    /** How many changes were tried. */
    int attempts() {
        return attempts;
    }

    private List<byte[]> encode() {
        List<byte[]> encoded = new ArrayList<>();
        for (Draft module : modules) {
            encoded.add(Encoder.encode(module));
        }
        return encoded;
    }

    private static int bytes(List<byte[]> encoded) {
        int bytes = 0;
        for (byte[] module : encoded) {
            bytes += module.length;
        }
        return bytes;
    }

    /** Keeps a change if the outcome is smaller, or at least simpler, and still fails. */
    private boolean attempt(boolean simplifies, Runnable change) {
        if (System.nanoTime() >= deadline) {
            return false;
        }
        change.run();
        try {
            List<byte[]> encoded = encode();
            int after = bytes(encoded);
            if (after < size || simplifies && after == size) {
                attempts++;
                if (fails.test(encoded)) {
                    size = after;
                    journal.commit();
                    progress = true;
                    return true;
                }
            }
        } catch (Encoder.DanglingException impossible) {
            // Something still needs what was taken out.
        }
        journal.rollback();
        return false;
    }

    /** Takes elements out of a list, many at a time first. */
    private <T> void thin(List<T> list, int least) {
        for (int chunk = Math.max(1, list.size() / 2); chunk > 0; chunk /= 2) {
            for (int from = list.size() - chunk; from >= least; from -= chunk) {
                List<T> rest = new ArrayList<>(list.subList(0, from));
                rest.addAll(list.subList(Math.min(list.size(), from + chunk), list.size()));
                attempt(false, () -> journal.replace(list, rest));
                from = Math.min(from, list.size());
            }
        }
    }

    // ---- modules and their parts

    private void whole() {
        for (int i = modules.size() - 1; i >= 0 && modules.size() > 1; i--) {
            List<Draft> rest = new ArrayList<>(modules);
            rest.remove(i);
            attempt(false, () -> journal.replace(modules, rest));
        }
    }

    private void parts() {
        for (Draft module : modules.reversed()) {
            for (Function function : List.copyOf(module.functions)) {
                attempt(false, () -> hide(function));
            }
            for (Function function : List.copyOf(module.functions)) {
                attempt(false, () -> purge(module, module.functions, function));
            }
            for (Table table : List.copyOf(module.tables)) {
                attempt(false, () -> purge(module, module.tables, table));
                attempt(false, () -> hide(table));
            }
            for (Memory memory : List.copyOf(module.memories)) {
                attempt(false, () -> purge(module, module.memories, memory));
                attempt(false, () -> hide(memory));
            }
            for (Global global : List.copyOf(module.globals)) {
                attempt(false, () -> purge(module, module.globals, global));
                attempt(false, () -> hide(global));
            }
            for (Elements elements : List.copyOf(module.elements)) {
                attempt(false, () -> purge(module, module.elements, elements));
            }
            for (Data data : List.copyOf(module.data)) {
                attempt(false, () -> purge(module, module.data, data));
            }
            for (Tag tag : List.copyOf(module.tags)) {
                attempt(false, () -> purge(module, module.tags, tag));
                attempt(false, () -> hide(tag));
            }
            for (HeapTypes types = module.types; types.count() > 0; types = module.types) {
                HeapTypes before = types;
                HeapTypes after = types.shorter();
                if (!attempt(false, () -> journal.change(() -> module.types = after, () -> module.types = before))) {
                    break;
                }
            }
            Function start = module.start;
            if (start != null) {
                attempt(false, () -> journal.change(() -> module.start = null, () -> module.start = start));
            }
        }
    }

    private void hide(Part part) {
        String export = part.export;
        journal.change(() -> part.export = null, () -> part.export = export);
    }

    /** Takes a part out, and whatever names it. */
    private <T> void purge(Draft module, List<T> parts, T part) {
        List<T> rest = new ArrayList<>(parts);
        rest.remove(part);
        journal.replace(parts, rest);
        for (Function function : module.functions) {
            purge(function.body, part);
        }
        for (Elements elements : module.elements) {
            List<List<Instruction>> items = new ArrayList<>();
            for (List<Instruction> item : elements.items) {
                items.add(names(item.getFirst(), part) ? Neutral.of(item) : item);
            }
            journal.replace(elements.items, items);
        }
        List<Elements> elements = new ArrayList<>(module.elements);
        elements.removeIf(segment -> segment.table == part);
        journal.replace(module.elements, elements);
        List<Data> data = new ArrayList<>(module.data);
        data.removeIf(segment -> segment.memory == part);
        journal.replace(module.data, data);
        for (Global global : module.globals) {
            if (global.initial != null && names(global.initial.getFirst(), part)) {
                initial(global, Neutral.of(global.initial));
            }
        }
        Function start = module.start;
        if (start == part) {
            journal.change(() -> module.start = null, () -> module.start = start);
        }
    }

    private static boolean names(Instruction instruction, Object part) {
        for (Object immediate : instruction.immediates) {
            if (immediate.equals(part)) {
                return true;
            }
        }
        return false;
    }

    private void purge(List<Instruction> list, Object part) {
        List<Instruction> kept = new ArrayList<>();
        for (Instruction instruction : list) {
            for (List<Instruction> inner : instruction.parts()) {
                purge(inner, part);
            }
            List<Instruction> handlers = new ArrayList<>(instruction.handlers);
            if (handlers.removeIf(handler -> names(handler, part))) {
                handlers(instruction, handlers);
            }
            if (names(instruction, part)) {
                kept.addAll(Neutral.of(List.of(instruction)));
            } else {
                kept.add(instruction);
            }
        }
        journal.replace(list, kept);
    }

    private void handlers(Instruction block, List<Instruction> handlers) {
        List<Instruction> before = block.handlers;
        journal.change(() -> block.handlers = handlers, () -> block.handlers = before);
    }

    private void initial(Global global, List<Instruction> expression) {
        List<Instruction> before = global.initial;
        journal.change(() -> global.initial = expression, () -> global.initial = before);
    }

    // ---- bodies

    private void body(Draft module, Function function) {
        if (function.isImported()) {
            return;
        }
        attempt(false, () -> journal.replace(function.body, Neutral.zeros(function.type.results())));
        sequence(function.body);
        Set<Object> used = new HashSet<>();
        collect(function.body, used);
        List<Local> needed = new ArrayList<>(function.locals);
        needed.removeIf(local -> !used.contains(local));
        attempt(false, () -> journal.replace(function.locals, needed));
        for (int i = function.type.parameterCount() - 1; i >= 0; i--) {
            int parameter = i;
            attempt(false, () -> removeParameter(module, function, parameter));
        }
        attempt(false, () -> removeResults(module, function, 0));
        while (function.type.resultCount() > 0
                && attempt(false, () -> removeResults(module, function, function.type.resultCount() - 1))) {
            // one more
        }
    }

    private static void collect(List<Instruction> list, Set<Object> used) {
        for (Instruction instruction : list) {
            used.addAll(Arrays.asList(instruction.immediates));
            for (List<Instruction> inner : instruction.parts()) {
                collect(inner, used);
            }
        }
    }

    /** Replaces ranges of a sequence by nothing, or by what stands for them; then goes into its blocks. */
    private void sequence(List<Instruction> list) {
        for (int chunk = Math.max(1, list.size()); chunk > 0; chunk /= 2) {
            for (int to = list.size(); to > 0; to -= chunk) {
                int from = Math.max(0, to - chunk);
                List<Instruction> range = List.copyOf(list.subList(from, to));
                List<Instruction> made = Neutral.of(range);
                splice(list, from, to, made, made.size() == range.size());
                to = Math.min(to, list.size());
            }
        }
        windows(list);
        for (int i = list.size() - 1; i >= 0; i--) {
            if (i < list.size() && list.get(i).isBlock()) {
                block(list, i);
            }
        }
        for (Instruction instruction : List.copyOf(list)) {
            immediates(instruction);
            for (int i = instruction.handlers.size() - 1; i >= 0; i--) {
                List<Instruction> handlers = new ArrayList<>(instruction.handlers);
                handlers.remove(i);
                attempt(false, () -> handlers(instruction, handlers));
            }
            for (List<Instruction> inner : instruction.parts()) {
                sequence(inner);
            }
        }
    }

    /** Short ranges everywhere, and what stands behind an instruction that never goes on. */
    private void windows(List<Instruction> list) {
        for (int width = 2; width <= WIDEST_WINDOW; width++) {
            for (int from = list.size() - width; from >= 0; from--) {
                if (from + width <= list.size()) {
                    List<Instruction> made = Neutral.of(list.subList(from, from + width));
                    if (made.size() < width) {
                        splice(list, from, from + width, made, false);
                    }
                }
            }
        }
        for (int i = 0; i < list.size() - 1; i++) {
            if (!Coverage.goesOn(list.get(i).opcode)) {
                splice(list, i + 1, list.size(), List.of(), false);
            }
        }
    }

    private boolean splice(List<Instruction> list, int from, int to, List<Instruction> made, boolean sameLength) {
        if (sameLength && isZero(list.get(from))) {
            return false;
        }
        List<Instruction> contents = new ArrayList<>(list.subList(0, from));
        contents.addAll(made);
        contents.addAll(list.subList(to, list.size()));
        return attempt(sameLength, () -> journal.replace(list, contents));
    }

    private static boolean isZero(Instruction instruction) {
        return instruction.opcode == Opcode.DROP
                || instruction.opcode == Opcode.REF_NULL
                || instruction.immediates.length == 1 && instruction.immediates[0] instanceof Long word && word == 0;
    }

    /** Puts what is in a block in its place. */
    private void block(List<Instruction> list, int at) {
        Instruction block = list.get(at);
        List<Instruction> drop = block.opcode == Opcode.IF ? Neutral.drops(new int[] {ValueType.I32}) : List.of();
        List<Instruction> made = new ArrayList<>(drop);
        made.addAll(block.body);
        if (!splice(list, at, at + 1, made, false) && block.otherwise != null) {
            List<Instruction> other = new ArrayList<>(drop);
            other.addAll(block.otherwise);
            if (!splice(list, at, at + 1, other, false)) {
                List<Instruction> otherwise = block.otherwise;
                attempt(false, () -> journal.change(() -> block.otherwise = null, () -> block.otherwise = otherwise));
            }
        }
    }

    private void removeParameter(Draft module, Function function, int index) {
        Local local = function.parameters.get(index);
        List<Local> parameters = new ArrayList<>(function.parameters);
        parameters.remove(index);
        List<Local> locals = new ArrayList<>(function.locals);
        locals.addFirst(local);
        int[] types = new int[parameters.size()];
        for (int i = 0; i < types.length; i++) {
            types[i] = parameters.get(i).type;
        }
        journal.replace(function.parameters, parameters);
        journal.replace(function.locals, locals);
        retype(module, function, FunctionType.of(types, function.type.results()));
    }

    /** Keeps some of the results, the first ones. */
    private void removeResults(Draft module, Function function, int kept) {
        int[] results = function.type.results();
        List<Instruction> body = new ArrayList<>(function.body);
        body.addAll(Neutral.drops(Arrays.copyOfRange(results, kept, results.length)));
        journal.replace(function.body, body);
        retype(module, function, FunctionType.of(function.type.parameters(), Arrays.copyOf(results, kept)));
    }

    /** Changes a function's type; its callers drop the arguments, pass zeros, and put zeros where they want results. */
    private void retype(Draft module, Function function, FunctionType type) {
        FunctionType before = function.type;
        journal.change(() -> function.type = type, () -> function.type = before);
        Instruction call = new Instruction(Opcode.CALL, type.parameters(), type.results(), function);
        List<Instruction> made = new ArrayList<>(Neutral.drops(before.parameters()));
        made.addAll(Neutral.zeros(type.parameters()));
        made.add(call);
        made.addAll(Neutral.zeros(Arrays.copyOfRange(before.results(), type.resultCount(), before.resultCount())));
        for (Function caller : module.functions) {
            recall(caller.body, function, made);
        }
    }

    private void recall(List<Instruction> list, Function function, List<Instruction> made) {
        List<Instruction> contents = new ArrayList<>();
        for (Instruction instruction : list) {
            if (instruction.opcode == Opcode.CALL && instruction.immediates[0] == function) {
                contents.addAll(made);
            } else {
                contents.add(instruction);
            }
            for (List<Instruction> inner : instruction.parts()) {
                recall(inner, function, made);
            }
        }
        if (contents.size() != list.size()) {
            journal.replace(list, contents);
        }
    }

    // ---- numbers

    /** Makes the numbers of an instruction smaller; labels of tables fewer. */
    private void immediates(Instruction instruction) {
        Object[] before = instruction.immediates;
        if (instruction.opcode == Opcode.BR_TABLE && before.length > 1) {
            immediates(instruction, false, Arrays.copyOfRange(before, before.length - 1, before.length));
            immediates(instruction, false, Arrays.copyOfRange(before, before.length / 2, before.length));
        }
        for (int at = before.length - Encoder.CLAUSE;
                instruction.opcode == Opcode.TRY_TABLE && at > 0;
                at -= Encoder.CLAUSE) {
            List<Object> fewer = new ArrayList<>(Arrays.asList(instruction.immediates));
            fewer.subList(at, at + Encoder.CLAUSE).clear();
            immediates(instruction, false, fewer.toArray());
        }
        for (int i = 0; i < instruction.immediates.length; i++) {
            if (instruction.immediates[i] instanceof Long word && word != 0) {
                boolean done = number(instruction, i, 0);
                if (!done && word != 1 && word != -1 && !number(instruction, i, 1)) {
                    number(instruction, i, word / 2);
                }
            }
            if (instruction.immediates[i] instanceof Integer number && number > 0 && isMemoryAccess(instruction)) {
                Object[] after = instruction.immediates.clone();
                after[i] = 0;
                immediates(instruction, true, after);
            }
        }
    }

    private static boolean isMemoryAccess(Instruction instruction) {
        return instruction.opcode.accessBytes() > 0;
    }

    private boolean number(Instruction instruction, int index, long word) {
        Object[] after = instruction.immediates.clone();
        after[index] = word;
        return immediates(instruction, true, after);
    }

    private boolean immediates(Instruction instruction, boolean simplifies, Object[] after) {
        Object[] before = instruction.immediates;
        return attempt(
                simplifies,
                () -> journal.change(() -> instruction.immediates = after, () -> instruction.immediates = before));
    }

    private void details(Draft module) {
        for (Global global : module.globals) {
            if (global.initial != null
                    && ValueType.isDefaultable(global.type)
                    && !(global.initial.size() == 1 && isZero(global.initial.getFirst()))) {
                attempt(true, () -> initial(global, List.of(Neutral.zero(global.type))));
            }
        }
        for (Elements elements : module.elements) {
            thin(elements.items, 0);
        }
        for (Data data : module.data) {
            for (int length = 0; length < data.bytes.length; length = length == 0 ? 1 : 2 * length) {
                byte[] before = data.bytes;
                byte[] after = Arrays.copyOf(before, length);
                if (attempt(false, () -> journal.change(() -> data.bytes = after, () -> data.bytes = before))) {
                    break;
                }
            }
        }
        for (Table table : module.tables) {
            List<Instruction> initial = table.initial;
            if (initial != null) {
                attempt(false, () -> journal.change(() -> table.initial = null, () -> table.initial = initial));
            }
            long minimum = table.minimum;
            if (minimum > 0) {
                attempt(true, () -> journal.change(() -> table.minimum = 0, () -> table.minimum = minimum));
            }
            long maximum = table.maximum;
            if (maximum >= 0) {
                attempt(false, () -> journal.change(() -> table.maximum = -1, () -> table.maximum = maximum));
            }
        }
        for (Memory memory : module.memories) {
            long maximum = memory.maximum;
            if (maximum >= 0) {
                attempt(false, () -> journal.change(() -> memory.maximum = -1, () -> memory.maximum = maximum));
            }
            long minimum = memory.minimum;
            if (minimum > 0) {
                attempt(true, () -> journal.change(() -> memory.minimum--, () -> memory.minimum = minimum));
            }
        }
    }
}
