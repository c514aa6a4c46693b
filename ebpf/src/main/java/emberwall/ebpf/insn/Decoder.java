package emberwall.ebpf.insn;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads instructions from bytes, each by itself: {@link Instructions} looks at how they go together. Strict: what RFC 9669
 * does not define is refused, and fields that an instruction does not use must be zero.
 */
public final class Decoder {
    private Decoder() {}

    /**
     * Reads a program.
     *
     * @param code slots of 8 bytes
     * @return the instructions, fewer than slots where there are wide ones
     * @throws MalformedException if an opcode is unknown, a field has no such value or must be zero, or the code ends within
     *     an instruction
     */
    public static List<Insn> decode(byte[] code) {
        if (code.length % 8 != 0) {
            throw new MalformedException("code of " + code.length + " bytes, not a multiple of 8", code.length / 8);
        }
        List<Insn> insns = new ArrayList<>(code.length / 8);
        for (int slot = 0; slot < code.length / 8; ) {
            Insn insn = decode(code, slot);
            insns.add(insn);
            slot += insn.slots();
        }
        return insns;
    }

    private static Insn decode(byte[] code, int slot) {
        long word = word(code, slot);
        int src = (int) word >>> 12 & 15;
        int offset = (short) (word >>> 16);
        int imm = (int) (word >>> 32);
        Opcode opcode = Opcode.of((int) word, src, offset, imm);
        if (opcode == null) {
            String what = Opcode.exists((int) word) ? "unknown form of opcode 0x" : "unknown opcode 0x";
            throw malformed(what + hex(word & 0xFF, 2), word, slot);
        }
        long immediate = imm;
        if (opcode.kind() == Kind.LOAD_WIDE) {
            immediate = imm & 0xFFFF_FFFFL | second(code, slot, word);
        }
        int dst = (int) word >>> 8 & 15;
        String problem = Insn.encodedProblem(opcode, dst, src, offset, immediate);
        if (problem != null) {
            throw malformed(opcode.mnemonic() + ": " + problem, word, slot);
        }
        return Insn.decoded(opcode, dst, src, offset, immediate);
    }

    private static long second(byte[] code, int slot, long first) {
        if (code.length < (slot + 2) * 8) {
            throw malformed("incomplete lddw", first, slot);
        }
        long word = word(code, slot + 1);
        if ((int) word != 0) {
            throw malformed("the second half of lddw has more than an immediate", word, slot + 1);
        }
        return word;
    }

    private static long word(byte[] code, int slot) {
        long word = 0;
        for (int i = 7; i >= 0; i--) {
            word = word << 8 | code[slot * 8 + i] & 0xFF;
        }
        return word;
    }

    private static MalformedException malformed(String problem, long word, int slot) {
        return new MalformedException(problem + " (0x" + hex(word, 16) + " in slot " + slot + ")", slot);
    }

    private static String hex(long value, int digits) {
        String text = Long.toHexString(value);
        return "0".repeat(Math.max(0, digits - text.length())) + text;
    }
}
