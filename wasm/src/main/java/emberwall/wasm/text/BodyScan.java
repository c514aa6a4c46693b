package emberwall.wasm.text;

import emberwall.wasm.BodyReader;
import emberwall.wasm.Limit;
import emberwall.wasm.Limits;
import emberwall.wasm.Locals;
import emberwall.wasm.MalformedException;
import emberwall.wasm.Module;
import emberwall.wasm.Opcode;
import java.util.Arrays;

/**
 * Reads function bodies for their form alone: opcodes that there are, immediates that can be read, blocks that nest. What
 * passes can be printed to its end, though it need not be valid.
 */
final class BodyScan {
    private final Module module;
    private final BodyReader in;
    /** The opcodes that opened the blocks around the place, or the part of it: else, catch. */
    private Opcode[] open = new Opcode[64];

    BodyScan(Module module) {
        this.module = module;
        this.in = new BodyReader(module.bytes(), 0, 0);
    }

    /**
     * Reads all bodies.
     *
     * @throws MalformedException if one is no sequence of instructions
     * @throws emberwall.wasm.ModuleException if its locals name types that there are not, or are too many
     */
    void all() {
        for (int function = module.importedFunctions(); function < module.functionCount(); function++) {
            body(function);
        }
    }

    private void body(int function) {
        Locals locals = module.locals(function);
        Limits.DEFAULT.check(Limit.LOCALS, locals.count(), module.bodyOffset(function));
        in.reset(locals.codeOffset(), module.bodyEnd(function));
        int depth = 1;
        open[0] = Opcode.NOP;
        while (depth > 0) {
            int at = in.position();
            Opcode opcode = in.opcode();
            in.skip(opcode.immediate());
            Opcode around = open[depth - 1];
            switch (opcode) {
                case BLOCK, LOOP, IF, TRY, TRY_TABLE -> {
                    if (depth == open.length) {
                        open = Arrays.copyOf(open, depth << 1);
                    }
                    open[depth++] = opcode;
                }
                case ELSE, CATCH, CATCH_ALL -> {
                    check(follows(opcode, around), opcode, at);
                    open[depth - 1] = opcode;
                }
                case DELEGATE -> {
                    check(around == Opcode.TRY, opcode, at);
                    depth--;
                }
                case END -> depth--;
                default -> {}
            }
        }
        if (in.hasMore()) {
            throw new MalformedException("END opcode expected", in.position());
        }
    }

    /** Whether a part of a block may come behind another one. */
    private static boolean follows(Opcode part, Opcode before) {
        return part == Opcode.ELSE ? before == Opcode.IF : before == Opcode.TRY || before == Opcode.CATCH;
    }

    private static void check(boolean placed, Opcode opcode, int at) {
        if (!placed) {
            String word = opcode == Opcode.CATCH_ALL ? "catch" : opcode.text();
            throw new MalformedException("unexpected " + word, at);
        }
    }
}
