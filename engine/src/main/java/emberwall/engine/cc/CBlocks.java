package emberwall.engine.cc;

import emberwall.wasm.BodyReader;
import emberwall.wasm.FunctionType;
import emberwall.wasm.Opcode;
import java.util.ArrayList;
import java.util.List;

/**
 * Blocks and branches, as labels and gotos: block 4 is left to {@code b4} or, if it is a loop, begun again there. The other
 * way of an {@code if} is at {@code e4}. What cannot be reached is not translated.
 */
final class CBlocks {
    /** A block that is open. */
    private static final class Block {
        final int number;
        final Opcode kind;
        /** How many operands are below its own. */
        final int base;

        final char[] parameters;
        final char[] results;
        boolean isTarget;
        boolean hasElse;

        Block(int number, Opcode kind, int base, char[] parameters, char[] results) {
            this.number = number;
            this.kind = kind;
            this.base = base;
            this.parameters = parameters;
            this.results = results;
        }

        /** What a branch to it hands over. */
        char[] carried() {
            return kind == Opcode.LOOP ? parameters : results;
        }
    }

    private final CFunction function;
    private final StringBuilder out;
    private final List<Block> open = new ArrayList<>();
    private int numbers;

    CBlocks(CFunction function, StringBuilder out) {
        this.function = function;
        this.out = out;
    }

    /** Opens the block that is the function. */
    void begin(FunctionType type) {
        open.clear();
        numbers = 0;
        open(Opcode.BLOCK, new char[0], CFunction.letters(type.results()));
    }

    /** Whether the function has ended. */
    boolean isDone() {
        return open.isEmpty();
    }

    private Block open(Opcode kind, char[] parameters, char[] results) {
        Block block = new Block(numbers++, kind, function.height() - parameters.length, parameters, results);
        open.add(block);
        return block;
    }

    void instruction(Opcode opcode) {
        switch (opcode) {
            case UNREACHABLE -> {
                out.append("  TRAP(UNREACHABLE, ").append(function.position()).append(");\n");
                skip();
            }
            case NOP -> {}
            case BLOCK, LOOP, IF -> block(opcode);
            case ELSE -> elseArm(true);
            case END -> {
                if (!end(true)) skip();
            }
            case BR -> {
                branch(function.reader().u32());
                skip();
            }
            case BR_IF -> {
                int depth = function.reader().u32();
                out.append("  if (").append(function.pop()).append(") {\n");
                branch(depth);
                out.append("  }\n");
            }
            case BR_ON_NULL -> {
                int depth = function.reader().u32();
                String reference = function.pop();
                out.append("  if (!").append(reference).append(") {\n");
                branch(depth);
                out.append("  }\n");
                function.push('l');
            }
            case BR_ON_NON_NULL -> {
                int depth = function.reader().u32();
                out.append("  if (")
                        .append(function.operand(function.height() - 1))
                        .append(") {\n");
                branch(depth);
                out.append("  }\n");
                function.pop();
            }
            case BR_TABLE -> {
                table();
                skip();
            }
            case RETURN -> {
                function.returns();
                skip();
            }
            default -> throw CFunction.unknown(opcode);
        }
    }

    private void block(Opcode opcode) {
        int type = function.reader().blockType();
        String condition = opcode == Opcode.IF ? function.pop() : null;
        Block block = open(opcode, function.blockTypes(type, false), function.blockTypes(type, true));
        if (opcode == Opcode.LOOP) {
            out.append("b").append(block.number).append(":;\n");
            if (function.polls()) {
                out.append("  POLL(").append(function.position()).append(");\n");
            }
        } else if (condition != null) {
            out.append("  if (!")
                    .append(condition)
                    .append(") goto e")
                    .append(block.number)
                    .append(";\n");
        }
    }

    /** Puts the topmost operands where a block wants them, and goes there. */
    private void branch(int depth) {
        if (depth == open.size() - 1) {
            function.returns();
            return;
        }
        Block block = open.get(open.size() - 1 - depth);
        move(block, block.carried());
        block.isTarget = true;
        out.append("  goto b").append(block.number).append(";\n");
    }

    /** The topmost operands move down, lowest first: none is overwritten before it has moved. */
    private void move(Block block, char[] carried) {
        int from = function.height() - carried.length;
        if (from == block.base) {
            return;
        }
        for (int index = 0; index < carried.length; index++) {
            out.append("  ")
                    .append(function.variable(carried[index], block.base + index))
                    .append(" = ");
            out.append(function.operand(from + index)).append(";\n");
        }
    }

    private void table() {
        BodyReader reader = function.reader();
        out.append("  switch (").append(function.pop()).append(") {\n");
        int count = reader.count();
        for (int entry = 0; entry < count; entry++) {
            out.append("  case ").append(entry).append(":\n");
            branch(reader.u32());
        }
        out.append("  default:\n");
        branch(reader.u32());
        out.append("  }\n");
    }

    private void elseArm(boolean reachable) {
        Block block = open.getLast();
        if (reachable) {
            block.isTarget = true;
            out.append("  goto b").append(block.number).append(";\n");
        }
        block.hasElse = true;
        out.append("e").append(block.number).append(":;\n");
        restart(block, block.parameters);
    }

    /** The operands of a block are these and no others. */
    private void restart(Block block, char[] operands) {
        function.dropTo(block.base);
        for (char letter : operands) {
            function.push(letter);
        }
    }

    /** Whether the program can go on behind the end. */
    private boolean end(boolean reachable) {
        Block block = open.removeLast();
        boolean goesOn = reachable;
        if (block.kind == Opcode.IF && !block.hasElse) {
            out.append("e").append(block.number).append(":;\n");
            goesOn = true;
        }
        if (block.kind != Opcode.LOOP && block.isTarget) {
            out.append("b").append(block.number).append(":;\n");
            goesOn = true;
        }
        if (open.isEmpty()) {
            if (reachable) {
                function.returns();
            }
            return true;
        }
        restart(block, block.results);
        return goesOn;
    }

    /** Goes on where the program can: behind the end, or at the other way, of the block at work. */
    private void skip() {
        BodyReader reader = function.reader();
        int depth = 0;
        while (true) {
            Opcode opcode = reader.opcode();
            reader.skip(opcode.immediate());
            switch (opcode) {
                case BLOCK, LOOP, IF -> depth++;
                case ELSE -> {
                    if (depth == 0) {
                        elseArm(false);
                        return;
                    }
                }
                case END -> {
                    if (depth > 0) {
                        depth--;
                    } else if (end(false)) {
                        return;
                    }
                }
                default -> {}
            }
        }
    }
}
