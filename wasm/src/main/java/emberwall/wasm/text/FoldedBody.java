package emberwall.wasm.text;

import emberwall.wasm.BodyReader;
import emberwall.wasm.Module;
import emberwall.wasm.Opcode;
import java.io.IOException;
import java.util.Arrays;

/**
 * Writes bodies in folded form: each instruction in parentheses with the operands that come from the instructions right
 * before it. Folding never changes the order of instructions, so what it cannot see through stays a list.
 *
 * <p>A first pass finds for every instruction where its parentheses open: at the first instruction of its first operand.
 * The second one goes through the instructions in their order, opens what opens there, and closes each behind itself. A
 * block's parentheses belong to its {@code end}. Both passes take linear time and no recursion.
 */
final class FoldedBody {
    private final InstructionPrinter instructions;
    private final HintAnnotations hints;
    private final Lines lines;
    private final Arity arity;

    // By number of the instruction in its body:
    private int[] offsets = new int[256];
    /** The first instruction that stands inside of the parentheses of this one. */
    private int[] begins = new int[256];
    /** The last one whose parentheses open here, which is the outermost; then the next one inwards. -1 for none. */
    private int[] opening = new int[256];

    private int[] inwards = new int[256];
    /** For the end of a block its beginning, for a beginning the block's number in the function. */
    private int[] blocks = new int[256];

    // The operand stack: instructions that left values there.
    private int[] producers = new int[64];
    private int[] values = new int[64];
    private int height;

    // The blocks around the place: where they begin, where their operands start, what they give.
    private int[] headers = new int[16];
    private int[] floors = new int[16];
    private int[] given = new int[16];
    private int depth;

    private int count;
    private int blockCount;
    private int indentation;

    FoldedBody(Module module, InstructionPrinter instructions, HintAnnotations hints, Lines lines) {
        this.instructions = instructions;
        this.hints = hints;
        this.lines = lines;
        this.arity = new Arity(module);
    }

    /** Writes the body that the reader stands at the code of, up to its last {@code end}. */
    void print(int function, BodyReader reader) throws IOException {
        int start = reader.position();
        fold(function, reader);
        reader.position(start);
        write(reader);
    }

    // First pass.

    private void fold(int function, BodyReader reader) {
        arity.begin(function);
        count = 0;
        blockCount = 0;
        height = 0;
        depth = 0;
        while (true) {
            int at = reader.position();
            Opcode opcode = reader.opcode();
            if (opcode == Opcode.END && depth == 0) {
                return;
            }
            int index = add(at);
            switch (opcode) {
                case BLOCK, LOOP, TRY, TRY_TABLE, IF -> begin(opcode, index, reader);
                case ELSE, CATCH, CATCH_ALL -> {
                    reader.skip(opcode.immediate());
                    height = floor();
                }
                case END, DELEGATE -> {
                    reader.skip(opcode.immediate());
                    end(index);
                }
                default -> {
                    arity.read(opcode, reader);
                    parentheses(index, operands(index, arity.operands()));
                    leave(index, arity.results());
                }
            }
        }
    }

    private int add(int offset) {
        if (count == offsets.length) {
            int size = count << 1;
            offsets = Arrays.copyOf(offsets, size);
            begins = Arrays.copyOf(begins, size);
            opening = Arrays.copyOf(opening, size);
            inwards = Arrays.copyOf(inwards, size);
            blocks = Arrays.copyOf(blocks, size);
        }
        offsets[count] = offset;
        opening[count] = -1;
        return count++;
    }

    private void begin(Opcode opcode, int index, BodyReader reader) {
        int type = reader.blockType();
        if (opcode == Opcode.TRY_TABLE) {
            reader.position(offsets[index] + 1);
            reader.skip(opcode.immediate());
        }
        int parameters = arity.parametersOf(type);
        // What a block takes stands in front of it, but for the condition.
        int first = opcode == Opcode.IF ? operands(index, 1) : index;
        if (parameters > 0) {
            height = floor();
        }
        arity.open(opcode == Opcode.LOOP ? parameters : arity.resultsOf(type));
        begins[index] = first;
        blocks[index] = blockCount++;
        if (depth == headers.length) {
            headers = Arrays.copyOf(headers, depth << 1);
            floors = Arrays.copyOf(floors, depth << 1);
            given = Arrays.copyOf(given, depth << 1);
        }
        headers[depth] = index;
        floors[depth] = height;
        given[depth++] = arity.resultsOf(type);
    }

    private void end(int index) {
        height = floor();
        depth--;
        arity.close();
        blocks[index] = headers[depth];
        parentheses(index, begins[headers[depth]]);
        leave(index, given[depth]);
    }

    private int floor() {
        return depth == 0 ? 0 : floors[depth - 1];
    }

    /** Takes operands off the stack if instructions left exactly these there; gives where the first of these begins. */
    private int operands(int index, int wanted) {
        int top = height;
        int found = 0;
        while (found < wanted && top > floor()) {
            found += values[--top];
        }
        if (found != wanted) {
            height = floor();
            return index;
        }
        int first = wanted == 0 ? index : begins[producers[top]];
        height = top;
        return first;
    }

    /** An instruction's parentheses open before another one. */
    private void parentheses(int index, int first) {
        begins[index] = first;
        inwards[index] = opening[first];
        opening[first] = index;
    }

    /** Puts an instruction's values on the stack; where there are none, nothing is folded across it. */
    private void leave(int index, int results) {
        if (results <= 0) {
            height = floor();
            return;
        }
        if (height == producers.length) {
            producers = Arrays.copyOf(producers, height << 1);
            values = Arrays.copyOf(values, height << 1);
        }
        producers[height] = index;
        values[height++] = results;
    }

    // Second pass.

    private void write(BodyReader reader) throws IOException {
        indentation = 2;
        for (int index = 0; index < count; index++) {
            for (int opened = opening[index]; opened >= 0; opened = inwards[opened]) {
                open(opened, reader);
            }
            reader.position(offsets[index]);
            Opcode opcode = reader.opcode();
            switch (opcode) {
                case BLOCK, LOOP, TRY_TABLE -> instructions.open(blocks[index]);
                case IF -> beginPart("then", index);
                case TRY -> beginPart("do", index);
                case ELSE, CATCH, CATCH_ALL -> {
                    close();
                    instructions.text(opcode, 0, reader, line());
                }
                case DELEGATE -> {
                    close();
                    instructions.close();
                    instructions.text(opcode, 0, reader, line());
                    close();
                    close();
                }
                case END -> {
                    if (hasParts(index, reader)) {
                        close();
                    }
                    instructions.close();
                    close();
                }
                default -> close();
            }
            lines.relieve();
        }
    }

    /** Opens an instruction's parentheses. */
    private void open(int index, BodyReader reader) throws IOException {
        reader.position(offsets[index]);
        Opcode opcode = reader.opcode();
        int number = 0;
        if (opcode == Opcode.END || opcode == Opcode.DELEGATE) {
            int header = blocks[index];
            reader.position(offsets[header]);
            opcode = reader.opcode();
            number = blocks[header];
            hint(offsets[header]);
        } else {
            hint(offsets[index]);
        }
        instructions.text(opcode, number, reader, line());
    }

    private void hint(int offset) throws IOException {
        Integer hint = hints.at(offset);
        if (hint != null) {
            HintAnnotations.append(hint, lines.begin(indentation));
        }
    }

    private StringBuilder line() throws IOException {
        return lines.begin(indentation++).append('(');
    }

    private void close() {
        indentation--;
        lines.line().append(')');
    }

    private void beginPart(String word, int index) throws IOException {
        line().append(word);
        instructions.open(blocks[index]);
    }

    /** Whether the block that ends here is made of parts, each in its own parentheses. */
    private boolean hasParts(int end, BodyReader reader) {
        reader.position(offsets[blocks[end]]);
        Opcode opcode = reader.opcode();
        return opcode == Opcode.IF || opcode == Opcode.TRY;
    }
}
