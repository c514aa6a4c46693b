package emberwall.codegen.alloc;

import emberwall.codegen.Convention;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the text that {@link Listing} writes of a code without an allocation. Registers are numbered from 0 without a gap. */
final class CodeText {
    private static final Pattern BLOCK = Pattern.compile("b(\\d+)(?:\\(([^)]*)\\))? depth (\\d+)( cold)?");
    private static final Pattern INSTRUCTION = Pattern.compile(" *\\d+: {2}op (\\d+) #(\\d+)(.*)");
    private static final Pattern OPERAND = Pattern.compile(
            "(late |def |early |temp )?([vpfq]\\d+) (any|reg|r\\d+|x\\d+|reuse \\d+)( anew)?(?=,| safepoint| spoils|$)");
    private static final Pattern EDGE = Pattern.compile("(handler )?b(\\d+)(?:\\(([^)]*)\\))?");
    private static final Pattern REGISTER = Pattern.compile("([vpfq])(\\d+)");

    private final Code code = new Code();
    private final Map<String, Integer> registers = new HashMap<>();

    static Code parse(String text) {
        return new CodeText().read(text);
    }

    private Code read(String text) {
        REGISTER.matcher(text)
                .results()
                .sorted((a, b) -> Integer.parseInt(a.group(2)) - Integer.parseInt(b.group(2)))
                .forEach(this::name);
        text.lines().filter(line -> !line.isBlank()).forEach(this::line);
        return code;
    }

    private void name(MatchResult match) {
        registers.computeIfAbsent(match.group(), name -> {
            int register = code.register(
                    switch (name.charAt(0)) {
                        case 'f' -> Convention.FLOAT;
                        case 'q' -> Convention.VECTOR;
                        default -> Convention.INT;
                    });
            if (name.charAt(0) == 'p') {
                code.setReference(register);
            }
            return register;
        });
    }

    private void line(String line) {
        Matcher block = BLOCK.matcher(line);
        Matcher instruction = INSTRUCTION.matcher(line);
        if (block.matches()) {
            code.block(Integer.parseInt(block.group(3)), block.group(4) != null);
            for (int parameter : list(block.group(2))) {
                code.addParameter(parameter);
            }
        } else if (instruction.matches()) {
            int opcode = Integer.parseInt(instruction.group(1));
            int payload = Integer.parseInt(instruction.group(2));
            code.begin(opcode, payload);
            rest(opcode, payload, instruction.group(3));
        } else if (line.strip().startsWith("->")) {
            EDGE.matcher(line).results().forEach(this::edge);
        } else {
            throw new IllegalArgumentException(line);
        }
    }

    private int[] list(String names) {
        return names == null
                ? new int[0]
                : REGISTER.matcher(names)
                        .results()
                        .mapToInt(match -> registers.get(match.group()))
                        .toArray();
    }

    private void edge(MatchResult edge) {
        int target = Integer.parseInt(edge.group(2));
        if (edge.group(1) != null) {
            code.handler(target);
        } else {
            code.edge(target, list(edge.group(3)));
        }
    }

    private void rest(int opcode, int payload, String text) {
        OPERAND.matcher(text).results().forEach(operand -> {
            String role = operand.group(1) == null ? "" : operand.group(1).strip();
            int register = registers.get(operand.group(2));
            String where = operand.group(3);
            code.operand(
                    register,
                    switch (role) {
                        case "" -> Code.USE;
                        case "late" -> Code.LATE_USE;
                        case "def" -> Code.DEFINE;
                        case "early" -> Code.EARLY_DEFINE;
                        default -> Code.TEMPORARY;
                    },
                    switch (where.substring(0, 2)) {
                        case "an" -> Code.ANY;
                        case "re" -> where.equals("reg") ? Code.REGISTER : Code.REUSE;
                        default -> Code.FIXED;
                    },
                    where.startsWith("reuse ")
                            ? Integer.parseInt(where.substring(6))
                            : where.matches("[rx]\\d+") ? physical(where) : 0);
            if (operand.group(4) != null) {
                code.setRemade(register, opcode, payload);
            }
        });
        if (text.endsWith(" safepoint")) {
            code.safepoint();
        } else if (text.contains(" spoils ")) {
            Pattern.compile("[rx]\\d+")
                    .matcher(text.substring(text.indexOf(" spoils ")))
                    .results()
                    .forEach(register -> code.clobber(1L << physical(register.group())));
        }
    }

    private static int physical(String name) {
        return Integer.parseInt(name.substring(1)) + (name.charAt(0) == 'x' ? Code.FLOATS : 0);
    }
}
