package emberwall.ebpf.verify;

import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.insn.Opcode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** PREVAIL's assembly as instructions. A program that runs on behind its last line ends there, with 0. */
final class PrevailAssembler {
    private static final String END = "<end of all>";
    private static final String REGISTER = "([rw]\\d+)";
    private static final String VALUE = "([rw]\\d+|-?\\d+|-?0x[0-9a-fA-F]+)(?:ll)?";
    private static final String CELL = "\\*\\(([us])(8|16|32|64) ?\\*\\) ?\\(r(\\d+) ?([+-]) ?(\\d+)\\)";

    /** What a line may be, and what becomes of it. */
    private record Rule(Pattern pattern, Meaning meaning) {}

    private interface Meaning {
        void add(PrevailAssembler assembler, MatchResult line);
    }

    private static final List<Rule> RULES = List.of(
            rule(REGISTER + " ?= ?" + VALUE, PrevailAssembler::move),
            rule(REGISTER + " s(8|16|32)= " + REGISTER, PrevailAssembler::moveSigned),
            rule(REGISTER + " ?(s?)(\\+|-|\\*|/|%|&|\\||\\^|<<|>>)= ?" + VALUE, PrevailAssembler::compute),
            rule(
                    REGISTER + " = -" + REGISTER,
                    (a, m) -> a.add((isWide(m.group(1)) ? Opcode.NEG : Opcode.NEG32), number(m.group(1)), 0, 0, 0)),
            rule(REGISTER + " = (be|le|swap)(16|32|64) " + REGISTER, (a, m) -> {
                var name = (m.group(2).equals("swap") ? "SWAP" : m.group(2).toUpperCase(java.util.Locale.ROOT));
                a.add(Opcode.valueOf(name + m.group(3)), number(m.group(1)), 0, 0, 0);
            }),
            rule(
                    REGISTER + " = map_val\\(\\d+\\) \\+ (\\d+)",
                    (a, m) -> a.add(
                            Opcode.LDDW, number(m.group(1)), Insn.MAP_VALUE, 0, Long.parseLong(m.group(2)) << 32)),
            rule(
                    REGISTER + " = " + CELL,
                    (a, m) -> a.add(
                            Opcode.valueOf("LDX" + (m.group(2).equals("s") ? "S" : "") + width(m.group(3))),
                            number(m.group(1)),
                            Integer.parseInt(m.group(4)),
                            offset(m.group(5), m.group(6)),
                            0)),
            rule(CELL + " = " + VALUE, (a, m) -> {
                var register = isRegister(m.group(6));
                a.add(
                        Opcode.valueOf((register ? "STX" : "ST") + width(m.group(2))),
                        Integer.parseInt(m.group(3)),
                        register ? number(m.group(6)) : 0,
                        offset(m.group(4), m.group(5)),
                        register ? 0 : value(m.group(6)));
            }),
            rule("lock " + CELL + " (\\+|\\||&|\\^|x|cx)= " + REGISTER + "( fetch)?", PrevailAssembler::atomic),
            rule("r0 = \\*\\(u(8|16|32) \\*\\)skb\\[(r\\d+|\\d+)\\]", (a, m) -> {
                var register = isRegister(m.group(2));
                a.add(
                        Opcode.valueOf((register ? "LDIND" : "LDABS") + width(m.group(1))),
                        0,
                        register ? number(m.group(2)) : 0,
                        0,
                        register ? 0 : value(m.group(2)));
            }),
            rule("assume " + REGISTER + " (\\S+) " + VALUE, (a, m) -> {
                a.branch(m, 1);
                a.jumps.put(a.code.size(), END);
                a.add(Opcode.JA, 0, 0, 0, 0);
            }),
            rule("if " + REGISTER + " (\\S+) " + VALUE + " goto (<\\w+>)", (a, m) -> {
                a.jumps.put(a.code.size(), m.group(4));
                a.branch(m, 0);
            }),
            rule("goto (<\\w+>)", (a, m) -> {
                a.jumps.put(a.code.size(), m.group(1));
                a.add(Opcode.JA, 0, 0, 0, 0);
            }),
            rule("call (\\d+)", (a, m) -> a.add(Opcode.CALL, 0, 0, 0, Long.parseLong(m.group(1)))),
            rule("call (<\\w+>)", (a, m) -> {
                a.jumps.put(a.code.size(), m.group(1));
                a.add(Opcode.CALL_LOCAL, 0, 0, 0, 0);
            }),
            rule("callx r(\\d+)", (a, m) -> a.add(Opcode.CALLX, Integer.parseInt(m.group(1)), 0, 0, 0)),
            rule("exit", (a, m) -> a.add(Opcode.EXIT, 0, 0, 0, 0)));

    private final List<Insn> code = new ArrayList<>();

    /** Labels that instructions go to, by index. */
    private final Map<Integer, String> jumps = new HashMap<>();

    private static Rule rule(String pattern, Meaning meaning) {
        return new Rule(Pattern.compile(pattern), meaning);
    }

    /**
     * Translates a case's code.
     *
     * @throws IllegalArgumentException if a line is no instruction of the standard
     * @throws emberwall.ebpf.insn.MalformedException if the program is none
     */
    static Instructions assemble(PrevailCase test) {
        return new PrevailAssembler().program(test);
    }

    private Instructions program(PrevailCase test) {
        Map<String, Integer> labels = new HashMap<>();
        test.code().forEach((label, lines) -> {
            labels.put(label, code.size());
            lines.forEach(this::line);
        });
        labels.put(END, code.size());
        add(Opcode.MOV_IMM, 0, 0, 0, 0);
        add(Opcode.EXIT, 0, 0, 0, 0);
        var slots = new int[code.size() + 1];
        for (int i = 0; i < code.size(); i++) {
            slots[i + 1] = slots[i] + code.get(i).slots();
        }
        jumps.forEach((at, label) -> {
            var insn = code.get(at);
            var distance = slots[labels.get(label)] - slots[at] - 1;
            var call = insn.opcode() == Opcode.CALL_LOCAL;
            code.set(
                    at,
                    new Insn(
                            insn.opcode(),
                            insn.dst(),
                            insn.src(),
                            call ? 0 : distance,
                            call ? distance : insn.immediate()));
        });
        return Instructions.of(code);
    }

    private void line(String text) {
        var line = text.replaceAll(";.*", "").strip();
        if (line.isEmpty()) {
            return;
        }
        for (var rule : RULES) {
            var matcher = rule.pattern.matcher(line);
            if (matcher.matches()) {
                rule.meaning.add(this, matcher.toMatchResult());
                return;
            }
        }
        throw new IllegalArgumentException(line);
    }

    private void add(Opcode opcode, int dst, int src, int offset, long immediate) {
        code.add(new Insn(opcode, dst, src, offset, immediate));
    }

    private void move(MatchResult m) {
        var wide = isWide(m.group(1)) ? "" : "32";
        var constant = isRegister(m.group(2)) ? 0 : value(m.group(2));
        if (isRegister(m.group(2))) {
            add(Opcode.valueOf("MOV" + wide + "_REG"), number(m.group(1)), number(m.group(2)), 0, 0);
        } else if (m.group().endsWith("ll") || constant != (int) constant && wide.isEmpty()) {
            add(Opcode.LDDW, number(m.group(1)), 0, 0, constant);
        } else {
            add(Opcode.valueOf("MOV" + wide + "_IMM"), number(m.group(1)), 0, 0, (int) constant);
        }
    }

    private void moveSigned(MatchResult m) {
        var name = "MOVSX" + m.group(2) + (isWide(m.group(1)) ? "64" : "32");
        add(Opcode.valueOf(name), number(m.group(1)), number(m.group(3)), 0, 0);
    }

    private void compute(MatchResult m) {
        var signed = !m.group(2).isEmpty();
        var name = switch (m.group(3)) {
            case "+" -> "ADD";
            case "-" -> "SUB";
            case "*" -> "MUL";
            case "/" -> signed ? "SDIV" : "DIV";
            case "%" -> signed ? "SMOD" : "MOD";
            case "&" -> "AND";
            case "|" -> "OR";
            case "^" -> "XOR";
            case "<<" -> "LSH";
            default -> signed ? "ARSH" : "RSH";
        };
        var register = isRegister(m.group(4));
        add(
                Opcode.valueOf(name + (isWide(m.group(1)) ? "" : "32") + (register ? "_REG" : "_IMM")),
                number(m.group(1)),
                register ? number(m.group(4)) : 0,
                0,
                register ? 0 : (int) value(m.group(4)));
    }

    private void atomic(MatchResult m) {
        var name = switch (m.group(6)) {
            case "+" -> "ADD";
            case "|" -> "OR";
            case "&" -> "AND";
            case "^" -> "XOR";
            case "x" -> "XCHG";
            default -> "CMPXCHG";
        };
        var fetch = m.group(8) != null ? "FETCH_" : "";
        add(
                Opcode.valueOf("LOCK_" + fetch + name + (m.group(2).equals("32") ? "32" : "")),
                Integer.parseInt(m.group(3)),
                number(m.group(7)),
                offset(m.group(4), m.group(5)),
                0);
    }

    private void branch(MatchResult m, int offset) {
        var comparison = m.group(2);
        var half = comparison.startsWith("w") || !isWide(m.group(1));
        var name = switch (comparison.replace("w", "")) {
            case "==" -> "JEQ";
            case "!=" -> "JNE";
            case "<" -> "JLT";
            case "<=" -> "JLE";
            case ">" -> "JGT";
            case ">=" -> "JGE";
            case "s<" -> "JSLT";
            case "s<=" -> "JSLE";
            case "s>" -> "JSGT";
            case "s>=" -> "JSGE";
            case "&!=" -> "JSET";
            default -> throw new IllegalArgumentException(m.group());
        };
        var register = isRegister(m.group(3));
        add(
                Opcode.valueOf(name + (half ? "32" : "") + (register ? "_REG" : "_IMM")),
                number(m.group(1)),
                register ? number(m.group(3)) : 0,
                offset,
                register ? 0 : (int) value(m.group(3)));
    }

    private static boolean isRegister(String operand) {
        return operand.startsWith("r") || operand.startsWith("w");
    }

    private static boolean isWide(String register) {
        return register.startsWith("r");
    }

    private static int number(String register) {
        return Integer.parseInt(register.substring(1));
    }

    private static long value(String text) {
        var negative = text.startsWith("-");
        var digits = negative ? text.substring(1) : text;
        var value = digits.startsWith("0x")
                ? Long.parseUnsignedLong(digits.substring(2), 16)
                : Long.parseUnsignedLong(digits);
        return negative ? -value : value;
    }

    private static int offset(String sign, String digits) {
        return sign.equals("-") ? -Integer.parseInt(digits) : Integer.parseInt(digits);
    }

    private static String width(String bits) {
        return switch (bits) {
            case "8" -> "B";
            case "16" -> "H";
            case "32" -> "W";
            default -> "DW";
        };
    }
}
