package emberwall.examples;

import emberwall.examples.StackMachine.Code;
import emberwall.examples.StackMachine.Instruction;
import java.util.ArrayList;
import java.util.List;

/** Programs for the {@link StackMachine}. */
public final class Programs {
    private Programs() {}

    /** Fibonacci numbers: locals n, a, b. */
    public static List<Instruction> fibonacci() {
        return read("""
                PUSH 1, STORE 2
                LOAD 0, JUMP_IF_ZERO 16
                LOAD 2, DUP, LOAD 1, ADD, STORE 2, STORE 1
                LOAD 0, PUSH 1, SUB, STORE 0
                JUMP 2, JUMP 2
                LOAD 1, RETURN""");
    }

    /** How many primes there are below a number: locals n, candidate, divisor, count. */
    public static List<Instruction> primes() {
        return read("""
                PUSH 2, STORE 1
                LOAD 1, LOAD 0, LESS, JUMP_IF_ZERO 34
                PUSH 2, STORE 2
                LOAD 1, LOAD 2, DUP, MUL, LESS, JUMP_IF_ZERO 16
                LOAD 3, JUMP 25
                LOAD 1, LOAD 2, REM, JUMP_IF_ZERO 29
                LOAD 2, PUSH 1, ADD, STORE 2, JUMP 8
                PUSH 1, ADD, STORE 3, JUMP 29
                LOAD 1, PUSH 1, ADD, STORE 1, JUMP 2
                LOAD 3, RETURN""");
    }

    private static List<Instruction> read(String text) {
        List<Instruction> program = new ArrayList<>();
        for (String each : text.split("[,\n]+")) {
            String[] words = each.strip().split(" ");
            program.add(new Instruction(Code.valueOf(words[0]), words.length == 1 ? 0 : Long.parseLong(words[1])));
        }
        return program;
    }
}
