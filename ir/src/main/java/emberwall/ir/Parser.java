package emberwall.ir;

import emberwall.op.Op;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import emberwall.op.Typing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads what a {@link Printer} writes. Nothing is simplified, so that texts can show what passes are given. */
public final class Parser {
    private static final String PUNCTUATION = "(){}[],:=+@";

    private final List<Line> lines = new ArrayList<>();
    private final Map<String, Integer> values = new HashMap<>();
    private final Map<String, Block> blocks = new HashMap<>();
    private final Map<String, Integer> callees = new HashMap<>();
    private final boolean simplifying;
    private Builder builder;

    /** The words of a line, and how far they are read. */
    private static final class Line {
        final int number;
        final List<String> words = new ArrayList<>();
        int at;

        Line(int number, String text) {
            this.number = number;
            StringBuilder word = new StringBuilder();
            for (char c : (text + " ").toCharArray()) {
                boolean separates = c == ' ' || PUNCTUATION.indexOf(c) >= 0;
                if (!separates) {
                    word.append(c);
                } else if (!word.isEmpty()) {
                    words.add(word.toString());
                    word.setLength(0);
                }
                if (separates && c != ' ') {
                    words.add(String.valueOf(c));
                }
            }
        }

        ParseException wrong(String what) {
            return new ParseException(number, what);
        }

        boolean isThrough() {
            return at == words.size();
        }

        String peek() {
            return isThrough() ? "the end of the line" : words.get(at);
        }

        String next() {
            if (isThrough()) {
                throw wrong("something is missing");
            }
            return words.get(at++);
        }

        boolean skip(String word) {
            boolean there = !isThrough() && words.get(at).equals(word);
            at += there ? 1 : 0;
            return there;
        }

        void expect(String word) {
            if (!skip(word)) {
                throw wrong("expected '" + word + "', not " + peek());
            }
        }

        long word() {
            String word = next();
            try {
                return Long.parseLong(word);
            } catch (NumberFormatException notOne) {
                throw wrong("'" + word + "' is no number");
            }
        }

        int integer() {
            String word = next();
            try {
                return Integer.parseInt(word);
            } catch (NumberFormatException e) {
                throw wrong("'" + word + "' is no number");
            }
        }
    }

    private Parser(boolean simplifying) {
        this.simplifying = simplifying;
    }

    /**
     * The graph that a text describes.
     *
     * @throws ParseException if it describes none
     */
    public static Graph parse(String text) {
        return new Parser(false).function(text);
    }

    /** The graph that a builder makes of what a text describes. */
    static Graph parseSimplifying(String text) {
        return new Parser(true).function(text);
    }

    private Graph function(String text) {
        List<Callee> known = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (!line.isBlank()) {
                lines.add(new Line(number, line));
            }
        }
        int at = 0;
        for (; at < lines.size() && lines.get(at).skip("callee"); at++) {
            Line line = lines.get(at);
            String name = line.next();
            List<Type> parameters = types(line);
            arrow(line);
            known.add(new Callee(name, parameters, types(line), null));
        }
        if (at == lines.size()) {
            throw new ParseException(number, "there is no function");
        }
        Line line = lines.get(at);
        line.expect("function");
        String name = line.next();
        List<Type> parameters = types(line);
        arrow(line);
        builder = new Builder(name, parameters, types(line), 0, simplifying);
        line.expect("{");
        for (Callee callee : known) {
            callees.put(callee.name(), builder.callee(callee));
        }
        body(at + 1);
        Verifier.verify(builder.graph());
        return builder.graph();
    }

    private static void arrow(Line line) {
        if (!line.next().equals("->")) {
            throw line.wrong("expected '->'");
        }
    }

    private static List<Type> types(Line line) {
        line.expect("(");
        List<Type> types = new ArrayList<>();
        while (!line.skip(")")) {
            if (!types.isEmpty()) {
                line.expect(",");
            }
            types.add(type(line, line.next()));
        }
        return types;
    }

    private static Type type(Line line, String word) {
        for (Type type : Type.values()) {
            if (Printer.name(type).equals(word)) {
                return type;
            }
        }
        throw line.wrong("'" + word + "' is no type");
    }

    private void body(int first) {
        int end = first;
        for (; end < lines.size() && !lines.get(end).peek().equals("}"); end++) {
            Line line = lines.get(end);
            if (isHeader(line)) {
                header(line);
                line.at = 0;
            }
        }
        if (end == lines.size()) {
            throw new ParseException(lines.getLast().number, "expected '}'");
        }
        for (Line line : lines.subList(first, end)) {
            if (isHeader(line)) {
                builder.at(blocks.get(line.next()));
            } else {
                node(line);
                if (!line.isThrough()) {
                    throw line.wrong("unexpected " + line.peek());
                }
            }
        }
    }

    private static boolean isHeader(Line line) {
        return line.words.getLast().equals(":");
    }

    private void header(Line line) {
        String name = line.next();
        boolean isEntry = blocks.isEmpty();
        Block block = isEntry ? builder.current() : builder.block();
        if (blocks.put(name, block) != null) {
            throw line.wrong("a second " + name);
        }
        line.expect("(");
        for (int i = 0; !line.skip(")"); i++) {
            if (i > 0) {
                line.expect(",");
            }
            String value = line.next();
            line.expect(":");
            Type type = type(line, line.next());
            if (isEntry && i == block.parameterCount()) {
                throw line.wrong("more parameters than the function has");
            }
            int node = isEntry ? block.parameter(i) : builder.parameter(block, type);
            define(line, value, node);
        }
    }

    private void define(Line line, String name, int node) {
        if (line.skip("ref")) {
            builder.reference(node);
        }
        if (line.skip("least")) {
            builder.atLeast(node, line.word());
        }
        if (values.put(name, node) != null) {
            throw line.wrong("a second " + name);
        }
    }

    private void node(Line line) {
        builder.origin(origin(line));
        String name = null;
        if (line.words.size() > 1 && line.words.get(1).equals("=")) {
            name = line.next();
            line.expect("=");
        }
        String word = line.next();
        int dot = word.indexOf('.');
        int node = dot >= 0 ? typed(line, word.substring(0, dot), word.substring(dot + 1)) : effect(line, word);
        if (name != null) {
            if (node < 0
                    || builder.graph().type(node) == null && builder.graph().kind(node) != Kind.INVOKE) {
                throw line.wrong(word + " has no value");
            }
            define(line, name, node);
        }
    }

    /** Takes the origin off the end of a line. */
    private static int origin(Line line) {
        int size = line.words.size();
        if (size < 2 || !line.words.get(size - 2).equals("@")) {
            return Graph.NO_ORIGIN;
        }
        line.at = size - 1;
        int origin = line.integer();
        line.at = 0;
        line.words.subList(size - 2, size).clear();
        return origin;
    }

    private int typed(Line line, String typeName, String opName) {
        Type type = type(line, typeName);
        if (opName.equals("select")) {
            int[] operands = operands(line, 3);
            return builder.select(operands[0], operands[1], operands[2]);
        }
        if (opName.equals("result")) {
            int number = line.integer();
            line.expect("of");
            return builder.result(value(line), number, type);
        }
        if (opName.equals("caught")) {
            return builder.caught(line.integer(), type);
        }
        Op op = op(line, opName);
        if (op.isAtomic()) {
            return atomic(line, op, type);
        }
        if (op.readsMemory() || op.writesMemory()) {
            return access(line, op, type);
        }
        int[] operands = operands(line, Typing.operands(op));
        return switch (operands.length) {
            case 1 -> builder.compute(op, type, operands[0]);
            case 2 ->
                Typing.results(op) == 1
                        ? builder.compute(op, type, operands[0], operands[1])
                        : builder.computeWide(op, operands[0], operands[1], 0, 0);
            case 3 -> builder.compute(op, type, operands[0], operands[1], operands[2]);
            default -> builder.computeWide(op, operands[0], operands[1], operands[2], operands[3]);
        };
    }

    private static Op op(Line line, String name) {
        try {
            return Op.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw line.wrong("there is no operator '" + name + "'");
        }
    }

    private int atomic(Line line, Op op, Type type) {
        line.expect("[");
        int base = value(line);
        line.expect("+");
        int index = value(line);
        int displacement = line.skip("+") ? line.integer() : 0;
        line.expect("]");
        int[] operands = operands(line, op.arity() - 1);
        line.expect("bytes");
        int bytes = line.integer();
        line.expect("class");
        int access = Access.atomic(line.integer(), bytes);
        access |= line.skip("traps") ? Access.TRAPS : 0;
        return builder.atomic(op, type, base, index, displacement, access, operands);
    }

    private int access(Line line, Op op, Type type) {
        line.expect("[");
        int base = value(line);
        int index = -1;
        int displacement = 0;
        while (line.skip("+")) {
            if (isNumber(line.peek())) {
                displacement = line.integer();
            } else {
                index = value(line);
            }
        }
        line.expect("]");
        int value = op.writesMemory() ? value(line) : -1;
        int access = Access.INVARIANT;
        if (!line.skip("invariant")) {
            line.expect("class");
            access = Access.of(line.integer());
        }
        access |= line.skip("traps") ? Access.TRAPS : 0;
        access |= line.skip("grows") ? Access.GROWS : 0;
        access |= line.skip("short") ? Access.SHORT : 0;
        access |= line.skip("exact") ? Access.EXACT : 0;
        if (!op.writesMemory()) {
            return index < 0
                    ? builder.load(op, type, base, displacement, access)
                    : builder.load(op, type, base, index, displacement, access);
        }
        if (index < 0) {
            builder.store(op, type, base, displacement, value, access);
        } else {
            builder.store(op, type, base, index, displacement, value, access);
        }
        return -1;
    }

    private static boolean isNumber(String word) {
        char first = word.charAt(0);
        return first == '-' || first >= '0' && first <= '9';
    }

    private int effect(Line line, String word) {
        switch (word) {
            case "context" -> {
                return builder.context(context(line));
            }
            case "call" -> {
                int callee = callee(line);
                return builder.call(callee, list(line));
            }
            case "tail_call" -> {
                int callee = callee(line);
                builder.tailCall(callee, list(line));
            }
            case "invoke" -> {
                return invoke(line);
            }
            case "trap_if" -> {
                TrapReason reason = reason(line);
                int condition = value(line);
                builder.trapIf(condition, line.skip(",") ? value(line) : -1, reason);
            }
            case "poll" -> {
                if (line.skip("quiet")) {
                    builder.quietPoll();
                } else {
                    builder.poll();
                }
            }
            case "state" -> state(line);
            case "fence" -> builder.fence();
            case "jump" -> {
                Block to = block(line);
                builder.jump(to, list(line));
            }
            case "branch" -> {
                int condition = value(line);
                line.expect(",");
                Block then = block(line);
                int[] thenArguments = list(line);
                line.expect(",");
                Block otherwise = block(line);
                builder.branch(condition, then, thenArguments, otherwise, list(line));
            }
            case "switch" -> {
                int index = value(line);
                List<Block> targets = new ArrayList<>();
                List<int[]> arguments = new ArrayList<>();
                while (line.skip(",")) {
                    targets.add(block(line));
                    arguments.add(list(line));
                }
                builder.choose(index, targets, arguments);
            }
            case "return" ->
                builder.returns(operands(line, builder.graph().resultTypes().size()));
            case "trap" -> builder.trap(reason(line));
            default -> throw line.wrong("'" + word + "' is nothing that can be done");
        }
        return -1;
    }

    private void state(Line line) {
        int[] slots = {};
        int[] held = {};
        line.expect("(");
        while (!line.skip(")")) {
            int count = slots.length;
            if (count > 0) {
                line.expect(",");
            }
            slots = Arrays.copyOf(slots, count + 1);
            held = Arrays.copyOf(held, count + 1);
            slots[count] = line.integer();
            if (line.skip(":")) {
                slots[count] = slots[count] << Graph.SLOT_BITS | line.integer();
            }
            line.expect("=");
            held[count] = value(line);
        }
        builder.state(slots, held);
    }

    private int invoke(Line line) {
        int callee = callee(line);
        int[] arguments = list(line);
        List<Block> successors = new ArrayList<>();
        while (line.skip(",")) {
            successors.add(block(line));
            line.expect("(");
            line.expect(")");
        }
        if (successors.isEmpty()) {
            throw line.wrong("expected ',', not " + line.peek());
        }
        return builder.invoke(callee, arguments, successors.getFirst(), successors.subList(1, successors.size()));
    }

    private int callee(Line line) {
        String name = line.next();
        Integer callee = callees.get(name);
        if (callee == null) {
            throw line.wrong("there is no callee '" + name + "'");
        }
        return callee;
    }

    private static Context context(Line line) {
        String word = line.next();
        for (Context context : Context.values()) {
            if (Printer.name(context).equals(word)) {
                return context;
            }
        }
        throw line.wrong("there is no context '" + word + "'");
    }

    private static TrapReason reason(Line line) {
        String word = line.next();
        for (TrapReason reason : TrapReason.values()) {
            if (Printer.name(reason).equals(word)) {
                return reason;
            }
        }
        throw line.wrong("'" + word + "' is no reason to trap");
    }

    private Block block(Line line) {
        String name = line.next();
        Block block = blocks.get(name);
        if (block == null) {
            throw line.wrong("there is no block '" + name + "'");
        }
        return block;
    }

    private int[] operands(Line line, int count) {
        int[] operands = new int[count];
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                line.expect(",");
            }
            operands[i] = value(line);
        }
        return operands;
    }

    private int[] list(Line line) {
        int[] list = new int[4];
        int count = 0;
        line.expect("(");
        while (!line.skip(")")) {
            if (count > 0) {
                line.expect(",");
            }
            if (count == list.length) {
                list = Arrays.copyOf(list, count * 2);
            }
            list[count++] = value(line);
        }
        return Arrays.copyOf(list, count);
    }

    private int value(Line line) {
        String word = line.next();
        Integer node = values.get(word);
        if (node != null) {
            return node;
        }
        if (word.startsWith("%")) {
            throw line.wrong("there is no value '" + word + "' yet");
        }
        Type type = type(line, word);
        if (type == Type.V128) {
            long high = bits(line, line.next());
            line.expect(":");
            return builder.vector(bits(line, line.next()), high);
        }
        return builder.constant(type, bits(line, line.next()));
    }

    private static long bits(Line line, String word) {
        try {
            return word.startsWith("0x") ? Long.parseUnsignedLong(word, 2, word.length(), 16) : Long.parseLong(word);
        } catch (NumberFormatException e) {
            throw line.wrong("'" + word + "' is no number");
        }
    }
}
