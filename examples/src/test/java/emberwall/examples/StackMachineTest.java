package emberwall.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.examples.StackMachine.Code;
import emberwall.examples.StackMachine.Instruction;
import emberwall.jit.Jit;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Translated programs do what interpreted ones do: result, what they tell, and how they fail. */
class StackMachineTest {
    private static final long SEED = 7;
    private static final int PROGRAMS = 400;
    private static final int LOCALS = 4;

    private final Random random = new Random(SEED);
    private final List<Long> told = new ArrayList<>();
    private final List<Instruction> program = new ArrayList<>();
    private int failures;

    private void add(Code code, long operand) {
        program.add(new Instruction(code, operand));
    }

    private void add(Code code) {
        add(code, 0);
    }

    @Test
    void fibonacci() throws Throwable {
        StackMachine machine = new StackMachine(Programs.fibonacci(), 3, told::add);
        try (Jit jit = Jit.open()) {
            MethodHandle compiled = machine.compile(jit).handle();
            assertEquals(12586269025L, (long) compiled.invokeExact(50L));
            assertEquals(12586269025L, machine.interpret(50));
        }
    }

    @Test
    void primes() throws Throwable {
        StackMachine machine = new StackMachine(Programs.primes(), 4, told::add);
        try (Jit jit = Jit.open()) {
            assertEquals(1229L, (long) machine.compile(jit).handle().invokeExact(10_000L));
            assertEquals(1229L, machine.interpret(10_000));
        }
    }

    @Test
    void programsThatNobodyWrote() {
        for (int i = 0; i < PROGRAMS; i++) {
            program.clear();
            statements(3, 4);
            expression(2);
            add(Code.RETURN);
            StackMachine machine = new StackMachine(program, LOCALS, told::add);
            try (Jit jit = Jit.open(1 << 20, 1 << 16)) {
                MethodHandle compiled = machine.compile(jit).handle();
                for (long argument : new long[] {0, 1, -3, random.nextLong()}) {
                    String interpreted = outcome(() -> machine.interpret(argument));
                    assertEquals(interpreted, outcome(() -> (long) compiled.invokeExact(argument)), program::toString);
                }
            }
        }
        assertTrue(failures > PROGRAMS / 20 && failures < 7 * PROGRAMS, failures + " runs failed");
    }

    private interface Run {
        long run() throws Throwable;
    }

    private String outcome(Run run) {
        told.clear();
        try {
            return run.run() + " " + told;
        } catch (ArithmeticException byZero) {
            failures++;
            return "division by zero " + told;
        } catch (Throwable other) {
            throw new AssertionError(other);
        }
    }

    private void statements(int depth, int most) {
        for (int i = random.nextInt(most); i >= 0; i--) {
            statement(depth);
        }
    }

    private void statement(int depth) {
        switch (depth == 0 ? random.nextInt(3) : random.nextInt(6)) {
            case 0, 1 -> {
                expression(3);
                add(Code.STORE, random.nextInt(LOCALS - 1));
            }
            case 2 -> {
                expression(2);
                add(Code.TELL);
            }
            case 3, 4 -> choice(depth);
            default -> loop(depth);
        }
    }

    private int hole(Code code) {
        add(code);
        return program.size() - 1;
    }

    private void fill(int hole) {
        program.set(hole, new Instruction(program.get(hole).code(), program.size()));
    }

    private void choice(int depth) {
        expression(2);
        int otherwise = hole(Code.JUMP_IF_ZERO);
        statements(depth - 1, 2);
        int end = hole(Code.JUMP);
        fill(otherwise);
        statements(depth - 1, 2);
        fill(end);
    }

    /** Its counter stays on the stack all the while. */
    private void loop(int depth) {
        add(Code.PUSH, random.nextInt(4));
        int header = program.size();
        add(Code.DUP);
        int end = hole(Code.JUMP_IF_ZERO);
        statements(depth - 1, 2);
        add(Code.PUSH, 1);
        add(Code.SUB);
        add(Code.JUMP, header);
        fill(end);
        add(Code.DROP);
    }

    private void expression(int depth) {
        int kind = depth == 0 ? random.nextInt(2) : random.nextInt(6);
        if (kind == 0) {
            add(Code.PUSH, random.nextInt(3) == 0 ? random.nextLong() : random.nextInt(-3, 9));
        } else if (kind == 1) {
            add(Code.LOAD, random.nextInt(LOCALS));
        } else if (kind == 2) {
            expression(depth - 1);
            add(Code.DUP);
            add(Code.MUL);
        } else {
            Code[] codes = {
                Code.ADD, Code.SUB, Code.MUL, Code.REM, Code.AND, Code.XOR, Code.SHL, Code.SHR, Code.LESS, Code.EQUAL
            };
            expression(depth - 1);
            expression(depth - 1);
            if (random.nextInt(4) == 0) {
                add(Code.SWAP);
            }
            add(codes[random.nextInt(codes.length)]);
        }
    }

    @Test
    void programsThatAreNoneAreRefused() {
        List<List<Instruction>> wrong = List.of(
                List.of(new Instruction(Code.RETURN)),
                List.of(new Instruction(Code.PUSH, 1)),
                List.of(new Instruction(Code.JUMP, 5)),
                List.of(new Instruction(Code.LOAD, 3), new Instruction(Code.RETURN)),
                List.of(new Instruction(Code.PUSH, 1), new Instruction(Code.JUMP, 0)));
        for (List<Instruction> each : wrong) {
            assertThrows(IllegalArgumentException.class, () -> new StackMachine(each, 1, told::add), each.toString());
        }
    }
}
