package emberwall.ir;

import emberwall.op.Op;
import emberwall.op.Type;
import emberwall.op.V128;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Graphs as text, which a {@link Parser} reads back. What floats is written where it is first needed; values are numbered as
 * they come, so that a change in one place does not show in all others.
 *
 * <pre>
 * function sum(i32) -> (i32) {
 * b0(%0: i32):
 *   jump b1(%0, i32 0)
 * b1(%1: i32, %2: i32):
 *   %3 = i32.add %1, %2
 *   %4 = i32.add %1, i32 -1
 *   branch %4, b1(%4, %3), b2()
 * b2():
 *   return %3
 * }
 * </pre>
 */
public final class Printer {
    private final Graph graph;
    private final Order order;
    /** Where what floats is written; null if where it is first needed. */
    private final Schedule schedule;

    private final StringBuilder text = new StringBuilder();
    /** By node: the number that it is called by, or -1. */
    private final int[] names;
    /** By block number: what it is called by. */
    private final int[] blockNames;

    private int nextName;

    private Printer(Graph graph, Schedule schedule) {
        this.graph = graph;
        this.schedule = schedule;
        order = schedule == null ? graph.order() : schedule.order();
        names = new int[graph.size()];
        Arrays.fill(names, -1);
        blockNames = new int[graph.blocks().size()];
        for (int i = 0; i < order.size(); i++) {
            blockNames[order.block(i).number()] = i;
        }
    }

    /** The text of a graph: its callees, then the function, without the blocks that cannot be reached. */
    public static String print(Graph graph) {
        Printer printer = new Printer(graph, null);
        printer.function();
        return printer.text.toString();
    }

    /**
     * The text of a graph whose blocks stand as code should, and whose nodes stand where a schedule has them. It says
     * what is in loops, and what is cold; no parser reads that.
     */
    public static String print(Graph graph, Schedule schedule) {
        Printer printer = new Printer(graph, schedule);
        printer.function();
        return printer.text.toString();
    }

    private void function() {
        for (Callee callee : graph.callees()) {
            text.append("callee ").append(callee.name());
            signature(callee.parameters(), callee.results());
            text.append('\n');
        }
        text.append("function ").append(graph.name());
        signature(graph.parameterTypes(), graph.resultTypes());
        text.append(" {\n");
        Layout layout = schedule == null ? null : schedule.layout();
        for (int i = 0; i < order.size(); i++) {
            block(layout == null ? order.block(i) : layout.block(i));
        }
        text.append("}\n");
    }

    private void signature(List<Type> parameters, List<Type> results) {
        types(parameters);
        text.append(" -> ");
        types(results);
    }

    private void types(List<Type> types) {
        text.append('(');
        for (int i = 0; i < types.size(); i++) {
            text.append(i == 0 ? "" : ", ").append(name(types.get(i)));
        }
        text.append(')');
    }

    static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private void block(Block block) {
        text.append('b').append(blockNames[block.number()]).append('(');
        for (int i = 0; i < block.parameterCount(); i++) {
            text.append(i == 0 ? "" : ", ");
            define(block.parameter(i));
            text.append(": ").append(name(graph.type(block.parameter(i))));
            reference(block.parameter(i));
        }
        text.append("):");
        if (schedule != null) {
            scheduled(block);
            return;
        }
        text.append('\n');
        for (int i = 0; i < block.size(); i++) {
            int node = block.node(i);
            inputs(node);
            if (graph.kind(node).endsBlock()) {
                for (Block.Edge edge : block.outgoing) {
                    for (int a = 0; a < edge.argumentCount(); a++) {
                        floating(graph.argument(edge, a));
                    }
                }
            }
            line(node);
        }
    }

    private void scheduled(Block block) {
        if (schedule.loopHeader(block) != null) {
            text.append(" loop b").append(blockNames[schedule.loopHeader(block).number()]);
            text.append(" depth ").append(schedule.loopDepth(block));
        }
        text.append(schedule.isCold(block) ? " cold\n" : "\n");
        for (int i = 0; i < schedule.size(block); i++) {
            line(schedule.node(block, i));
        }
    }

    private void reference(int node) {
        if (graph.isReference(node)) {
            text.append(" ref");
        }
        if (graph.least(node) != 0) {
            text.append(" least ").append(graph.least(node));
        }
    }

    private void define(int node) {
        names[node] = nextName++;
        text.append('%').append(names[node]);
    }

    private void inputs(int node) {
        for (int i = 0; i < graph.inputCount(node); i++) {
            floating(graph.input(node, i));
        }
    }

    /** Writes what a value is computed from and has not been written, then the value. */
    private void floating(int value) {
        if (!isUnwritten(value)) {
            return;
        }
        IntList work = new IntList(value);
        while (!work.isEmpty()) {
            int node = work.get(work.size() - 1);
            boolean ready = true;
            for (int i = graph.inputCount(node) - 1; i >= 0; i--) {
                if (isUnwritten(graph.input(node, i))) {
                    work.add(graph.input(node, i));
                    ready = false;
                }
            }
            if (ready) {
                work.removeLast();
                if (isUnwritten(node)) {
                    line(node);
                }
            }
        }
    }

    private boolean isUnwritten(int node) {
        return names[node] < 0 && graph.home(node) == null && !graph.isConstant(node);
    }

    private void line(int node) {
        text.append("  ");
        if (graph.type(node) != null || graph.kind(node) == Kind.INVOKE) {
            define(node);
            text.append(" = ");
        }
        switch (graph.kind(node)) {
            case COMPUTE -> {
                text.append(name(graph.workingType(node))).append('.').append(name(graph.op(node)));
                operands(node, 0);
            }
            case SELECT -> {
                text.append(name(graph.type(node))).append(".select");
                operands(node, 0);
            }
            case RESULT -> {
                text.append(name(graph.type(node)))
                        .append(".result ")
                        .append(graph.number(node))
                        .append(" of");
                operands(node, 0);
            }
            case CONTEXT -> text.append("context ").append(name(Context.of(graph.number(node))));
            case CAUGHT ->
                text.append(name(graph.type(node))).append(".caught ").append(graph.number(node));
            case ATOMIC -> {
                if (graph.op(node) == Op.ATOMIC_FENCE) {
                    text.append("fence");
                } else {
                    access(node);
                }
            }
            case LOAD, STORE -> access(node);
            case CALL -> {
                text.append("call ").append(graph.callee(node).name());
                list(node);
            }
            case TAIL_CALL -> {
                text.append("tail_call ").append(graph.callee(node).name());
                list(node);
            }
            case INVOKE -> {
                text.append("invoke ").append(graph.callee(node).name());
                list(node);
                successors(node, false);
            }
            case STATE -> state(node);
            case POLL -> text.append(graph.number(node) == 0 ? "poll" : "poll quiet");
            case TRAP_IF -> {
                text.append("trap_if ").append(name(graph.reason(node)));
                operands(node, 0);
            }
            case TRAP -> text.append("trap ").append(name(graph.reason(node)));
            case RETURN -> {
                text.append("return");
                operands(node, 0);
            }
            case JUMP, BRANCH, SWITCH -> end(node);
            default -> text.append(name(graph.kind(node)));
        }
        if (graph.type(node) != null) {
            reference(node);
        }
        if (graph.origin(node) != Graph.NO_ORIGIN) {
            text.append(" @").append(graph.origin(node));
        }
        text.append('\n');
    }

    private void operands(int node, int from) {
        for (int i = from; i < graph.inputCount(node); i++) {
            text.append(i == from ? " " : ", ");
            value(graph.input(node, i));
        }
    }

    private void list(int node) {
        text.append('(');
        for (int i = 0; i < graph.inputCount(node); i++) {
            text.append(i == 0 ? "" : ", ");
            value(graph.input(node, i));
        }
        text.append(')');
    }

    private void state(int node) {
        text.append("state(");
        int[] slots = graph.slots(node);
        for (int i = 0; i < slots.length; i++) {
            int frame = slots[i] >>> Graph.SLOT_BITS;
            text.append(i == 0 ? "" : ", ").append(frame == 0 ? "" : frame + ":");
            text.append(slots[i] & (1 << Graph.SLOT_BITS) - 1).append(" = ");
            value(graph.input(node, i));
        }
        text.append(')');
    }

    private void access(int node) {
        text.append(name(graph.workingType(node)))
                .append('.')
                .append(name(graph.op(node)))
                .append(" [");
        value(graph.input(node, 0));
        if (graph.isIndexed(node)) {
            text.append(" + ");
            value(graph.input(node, 1));
        }
        if (graph.number(node) != 0) {
            text.append(" + ").append(graph.number(node));
        }
        text.append(']');
        if (graph.kind(node) != Kind.LOAD) {
            operands(node, graph.isIndexed(node) ? 2 : 1);
        }
        if (graph.kind(node) == Kind.ATOMIC) {
            text.append(" bytes ").append(Access.atomicBytes(graph.access(node)));
        }
        int alias = Access.aliasClass(graph.access(node));
        if (alias == Access.INVARIANT) {
            text.append(" invariant");
        } else {
            text.append(" class ").append(alias);
        }
        if (Access.traps(graph.access(node))) {
            text.append(" traps");
        }
        if (Access.grows(graph.access(node))) {
            text.append(" grows");
        }
        if (Access.isShort(graph.access(node))) {
            text.append(" short");
        }
        if (Access.isExact(graph.access(node))) {
            text.append(" exact");
        }
    }

    private void end(int node) {
        text.append(name(graph.kind(node)));
        operands(node, 0);
        successors(node, graph.inputCount(node) == 0);
    }

    private void successors(int node, boolean none) {
        boolean first = none;
        for (Block.Edge edge : graph.home(node).outgoing) {
            text.append(first ? " b" : ", b")
                    .append(blockNames[edge.to().number()])
                    .append('(');
            for (int i = 0; i < edge.argumentCount(); i++) {
                text.append(i == 0 ? "" : ", ");
                value(graph.argument(edge, i));
            }
            text.append(')');
            first = false;
        }
    }

    private void value(int node) {
        if (!graph.isConstant(node)) {
            text.append('%').append(names[node]);
            return;
        }
        Type type = graph.type(node);
        text.append(name(type)).append(' ');
        switch (type) {
            case I32 -> text.append((int) graph.bits(node));
            case I64 -> text.append(graph.bits(node));
            case F32, F64 -> text.append("0x").append(Long.toHexString(graph.bits(node)));
            default -> {
                V128 vector = graph.vector(node);
                text.append("0x").append(Long.toHexString(vector.high()));
                text.append(":0x").append(Long.toHexString(vector.low()));
            }
        }
    }
}
