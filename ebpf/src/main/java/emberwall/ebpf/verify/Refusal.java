package emberwall.ebpf.verify;

import emberwall.ebpf.SourceLine;

/**
 * Why a program is not accepted.
 *
 * @param reason what is wrong, as a sentence
 * @param needed what would have been needed, or ""
 * @param instruction number of the instruction, or -1 where the fault is the program as a whole
 * @param slot where that is in the encoded program
 * @param code the instruction as the disassembler prints it
 * @param line where it comes from, or null
 * @param state registers and stack in front of it, or ""
 */
public record Refusal(
        String reason, String needed, int instruction, int slot, String code, SourceLine line, String state)
        implements Verdict {

    /** All of it, one thing a line. */
    @Override
    public String toString() {
        var text = new StringBuilder();
        if (line != null) {
            text.append("; ").append(line).append('\n');
        }
        if (instruction >= 0) {
            text.append(slot).append(": ").append(code).append('\n');
        }
        if (!state.isEmpty()) {
            text.append("   ").append(state).append('\n');
        }
        text.append(reason);
        return needed.isEmpty() ? text.toString() : text + "\nneeded: " + needed;
    }
}
