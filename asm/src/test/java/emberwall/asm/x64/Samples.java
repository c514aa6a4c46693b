package emberwall.asm.x64;

import static emberwall.asm.x64.Width.W128;
import static emberwall.asm.x64.Width.W16;
import static emberwall.asm.x64.Width.W256;
import static emberwall.asm.x64.Width.W32;
import static emberwall.asm.x64.Width.W64;
import static emberwall.asm.x64.Width.W8;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Writes every row of {@link Op} in every form with many operands, and beside each instruction the text that it is
 * meant to be: made here from the row's name and the operands, with tables of its own, so that it depends neither on
 * the encodings nor on the decoder.
 */
final class Samples {
    /** One instruction: where it lies, and the text that it should have. */
    record Sample(Op op, int offset, int length, String text) {}

    private static final String[][] REGISTERS = {
        "al cl dl bl spl bpl sil dil r8b r9b r10b r11b r12b r13b r14b r15b".split(" "),
        "ax cx dx bx sp bp si di r8w r9w r10w r11w r12w r13w r14w r15w".split(" "),
        "eax ecx edx ebx esp ebp esi edi r8d r9d r10d r11d r12d r13d r14d r15d".split(" "),
        "rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15".split(" "),
    };
    private static final String[] CONDITIONS = "o no b ae e ne be a s ns p np l ge le g".split(" ");
    private static final String[] SIZES = {"BYTE", "WORD", "DWORD", "QWORD", "XMMWORD", "YMMWORD"};

    /** A memory operand and its text without the size. */
    private record Place(long mem, String text) {}

    private static final List<Place> PLACES = places();
    private static final int[] GENERAL = {W8, W16, W32, W64};
    private static final int[] WORDS = {W16, W32, W64};
    private static final int[] LONGS = {W32, W64};

    final Assembler a = new Assembler(1 << 20);
    final List<Sample> list = new ArrayList<>();

    private Op op;
    private int turn;

    /** All samples of all rows. */
    static Samples all() {
        Samples samples = new Samples();
        for (Op op : Op.values()) {
            samples.row(op);
        }
        return samples;
    }

    // ---- operands

    private static List<Place> places() {
        List<Place> places = new ArrayList<>();
        int[] disps = {0, 8, -8, 127, -128, 128, -129, 0x12345678, Integer.MIN_VALUE + 1};
        for (int base = 0; base < 16; base++) {
            for (int disp : disps) {
                // rbp and r13 have a displacement always
                String tail = disp == 0 && (base & 7) == 5 ? "+0x0" : disp(disp);
                places.add(new Place(Mem.mem(base, disp), "[" + REGISTERS[3][base] + tail + "]"));
            }
        }
        int scale = 0;
        for (int base : new int[] {0, 4, 5, 12, 13, 15}) {
            for (int index : new int[] {1, 5, 8, 12, 13}) {
                int disp = disps[(base + index) % disps.length];
                String tail = disp == 0 && (base & 7) == 5 ? "+0x0" : disp(disp);
                String text = "[" + REGISTERS[3][base] + "+" + REGISTERS[3][index] + "*" + (1 << scale) + tail + "]";
                places.add(new Place(Mem.mem(base, index, scale, disp), text));
                scale = scale + 1 & 3;
            }
        }
        for (int index : new int[] {0, 5, 9, 12, 13}) {
            String text = "[" + REGISTERS[3][index] + "*8" + "+0x64]";
            places.add(new Place(Mem.memIndex(index, 3, 100), text));
            places.add(new Place(Mem.memIndex(index, 0, 0), "[" + REGISTERS[3][index] + "*1+0x0]"));
        }
        places.add(new Place(Mem.abs32(0x1000), "ds:0x1000"));
        places.add(new Place(Mem.abs32(-16), "ds:0xfffffffffffffff0"));
        places.add(new Place(Mem.rip(0x40), "[rip+0x40]"));
        places.add(new Place(Mem.rip(-0x40), "[rip+0xffffffffffffffc0]"));
        return places;
    }

    private static String disp(int disp) {
        return disp == 0 ? "" : (disp < 0 ? "-0x" : "+0x") + Integer.toHexString(Math.abs(disp));
    }

    private static String imm(int width, long value) {
        return "0x" + Long.toHexString(width == W64 ? value : value & (1L << (8 << width)) - 1);
    }

    private String size(int width) {
        return width < 0 ? "" : (op == Op.CMPXCHG16B ? "OWORD" : SIZES[width]) + " PTR ";
    }

    private static String gpr(int reg, int width) {
        return REGISTERS[width][reg];
    }

    private static String vector(int reg, int width) {
        return (width == W256 ? "ymm" : "xmm") + reg;
    }

    // ---- rows

    private interface TwoRegisters {
        void emit(int first, int second);
    }

    private interface RegisterAndMemory {
        void emit(int reg, long mem);
    }

    private interface OneRegister {
        void emit(int reg);
    }

    private interface OneMemory {
        void emit(long mem);
    }

    private interface Name {
        String of(int reg);
    }

    private static Name gprs(int width) {
        return reg -> gpr(reg, width);
    }

    private static Name vectors(int width) {
        return reg -> vector(reg, width);
    }

    private void note(int offset, String text) {
        list.add(new Sample(op, offset, a.position() - offset, text));
    }

    private void single(String text, Runnable emit) {
        int offset = a.position();
        emit.run();
        note(offset, text);
    }

    private void registers(String name, Name first, Name second, String tail, TwoRegisters emit) {
        for (int i = 0; i < 32; i++) {
            int one = i & 15;
            int two = i * 7 + (i >> 4) & 15;
            int offset = a.position();
            emit.emit(one, two);
            note(offset, name + " " + first.of(one) + "," + second.of(two) + tail);
        }
    }

    private void register(String name, Name first, String tail, OneRegister emit) {
        for (int i = 0; i < 16; i++) {
            int offset = a.position();
            emit.emit(i);
            note(offset, name + " " + first.of(i) + tail);
        }
    }

    /** A register first, memory second, or the reverse. */
    private void memory(String name, Name reg, int width, boolean store, String tail, RegisterAndMemory emit) {
        for (Place place : some()) {
            int r = turn++ & 15;
            int offset = a.position();
            emit.emit(r, place.mem);
            String where = size(width) + place.text;
            note(offset, name + " " + (store ? where + "," + reg.of(r) : reg.of(r) + "," + where) + tail);
        }
    }

    private void memory(String name, int width, String tail, OneMemory emit) {
        for (Place place : some()) {
            int offset = a.position();
            emit.emit(place.mem);
            note(offset, name + " " + size(width) + place.text + tail);
        }
    }

    /** All places for the first few rows of a family; later rows take turns. */
    private List<Place> some() {
        if (op == Op.ADD || op == Op.MOV || op == Op.ADDPS || op == Op.ANDN || op == Op.PEXTRD) {
            return PLACES;
        }
        List<Place> some = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            turn += 11;
            some.add(PLACES.get(turn % PLACES.size()));
        }
        return some;
    }

    /** The width of a memory operand that does not follow the instruction's, or -1. */
    private int memoryWidth(int vectorWidth) {
        int field = op.effect >> Bits.MEMORY_SHIFT & 7;
        return field == 0 ? -1 : field == 7 ? vectorWidth : field - 1;
    }

    private void row(Op row) {
        op = row;
        String n = row.name().toLowerCase(Locale.ROOT);
        n = n.startsWith("rep_") ? "rep " + n.substring(4) : n.contains("_") ? n.substring(0, n.indexOf('_')) : n;
        String name = n;
        switch (row.form) {
            case ALU, TEST, MOV -> {
                for (int w : GENERAL) {
                    registers(name, gprs(w), gprs(w), "", (d, s) -> a.rr(row, w, d, s));
                    memory(name, gprs(w), w, true, "", (r, m) -> a.mr(row, w, m, r));
                    if (row.form == Form.TEST) {
                        memory(name, gprs(w), w, true, "", (r, m) -> a.rm(row, w, r, m));
                    } else {
                        memory(name, gprs(w), w, false, "", (r, m) -> a.rm(row, w, r, m));
                    }
                    for (int i : new int[] {1, -1, 127, -128, 128, 0x7FFF, -0x8000, 0x12345678}) {
                        if (i == (byte) i || w == W16 && i == (short) i || w >= W32) {
                            register(name, gprs(w), "," + imm(w, i), r -> a.ri(row, w, r, i));
                            memory(name, w, "," + imm(w, i), m -> a.mi(row, w, m, i));
                        }
                    }
                }
                if (row == Op.MOV) {
                    register("movabs", gprs(W64), ",0x123456789abcdef0", r -> a.movi(r, 0x123456789abcdef0L));
                }
                if (row.form == Form.ALU) {
                    single(name + " ebx,0x5", () -> a.ri32(row, W32, Reg.RBX, 5));
                }
            }
            case UNARY -> {
                for (int w : GENERAL) {
                    register(name, gprs(w), "", r -> a.r(row, w, r));
                    memory(name, w, "", m -> a.m(row, w, m));
                }
            }
            case SHIFT -> {
                for (int w : GENERAL) {
                    register(name, gprs(w), ",1", r -> a.ri(row, w, r, 1));
                    register(name, gprs(w), ",0x7", r -> a.ri(row, w, r, 7));
                    register(name, gprs(w), ",cl", r -> a.rcl(row, w, r));
                    memory(name, w, ",1", m -> a.mi(row, w, m, 1));
                    memory(name, w, ",0x7", m -> a.mi(row, w, m, 7));
                    memory(name, w, ",cl", m -> a.mcl(row, w, m));
                }
            }
            case SHIFT_DOUBLE -> {
                for (int w : WORDS) {
                    registers(name, gprs(w), gprs(w), ",0x9", (d, s) -> a.rri(row, w, d, s, 9));
                    registers(name, gprs(w), gprs(w), ",cl", (d, s) -> a.rrcl(row, w, d, s));
                    memory(name, gprs(w), w, true, ",0x9", (r, m) -> a.mri(row, w, m, r, 9));
                    memory(name, gprs(w), w, true, ",cl", (r, m) -> a.mrcl(row, w, m, r));
                }
            }
            case RM -> {
                for (int w : row == Op.ADCX || row == Op.ADOX ? LONGS : WORDS) {
                    if (row == Op.LEA) {
                        memory(name, gprs(w), -1, false, "", (r, m) -> a.rm(row, w, r, m));
                    } else {
                        registers(name, gprs(w), gprs(w), "", (d, s) -> a.rr(row, w, d, s));
                        memory(name, gprs(w), w, false, "", (r, m) -> a.rm(row, w, r, m));
                    }
                }
            }
            case EXTEND -> {
                int from = memoryWidth(0);
                for (int w : GENERAL) {
                    if (w > from && (row != Op.MOVSXD || w == W64)) {
                        registers(name, gprs(w), gprs(from), "", (d, s) -> a.rr(row, w, d, s));
                        memory(name, gprs(w), from, false, "", (r, m) -> a.rm(row, w, r, m));
                    }
                }
            }
            case IMUL -> {
                for (int w : WORDS) {
                    registers(name, gprs(w), gprs(w), "", (d, s) -> a.rr(row, w, d, s));
                    memory(name, gprs(w), w, false, "", (r, m) -> a.rm(row, w, r, m));
                    for (int i : new int[] {3, -3, 1000}) {
                        registers(name, gprs(w), gprs(w), "," + imm(w, i), (d, s) -> a.rri(row, w, d, s, i));
                        memory(name, gprs(w), w, false, "," + imm(w, i), (r, m) -> a.rmi(row, w, r, m, i));
                        single(name + " " + gpr(9, w) + "," + gpr(9, w) + "," + imm(w, i), () -> a.ri(row, w, 9, i));
                    }
                }
            }
            case MR -> {
                for (int w : GENERAL) {
                    registers(name, gprs(w), gprs(w), "", (d, s) -> a.rr(row, w, d, s));
                    memory(name, gprs(w), w, true, "", (r, m) -> a.mr(row, w, m, r));
                    memory("lock " + name, gprs(w), w, true, "", (r, m) -> {
                        a.lock();
                        a.mr(row, w, m, r);
                    });
                }
            }
            case BIT_TEST -> {
                for (int w : WORDS) {
                    registers(name, gprs(w), gprs(w), "", (d, s) -> a.rr(row, w, d, s));
                    memory(name, gprs(w), w, true, "", (r, m) -> a.mr(row, w, m, r));
                    register(name, gprs(w), ",0xe", r -> a.ri(row, w, r, 14));
                    memory(name, w, ",0xe", m -> a.mi(row, w, m, 14));
                }
            }
            case LOAD_STORE -> {
                for (int w : row == Op.MOVNTI ? LONGS : WORDS) {
                    memory(name, gprs(w), w, true, "", (r, m) -> a.mr(row, w, m, r));
                    if (row != Op.MOVNTI) {
                        memory(name, gprs(w), w, false, "", (r, m) -> a.rm(row, w, r, m));
                    }
                }
            }
            case BSWAP, REGISTER -> {
                for (int w : LONGS) {
                    register(name, gprs(w), "", r -> a.r(row, w, r));
                }
            }
            case CMOV -> {
                for (int c = 0; c < 16; c++) {
                    int cond = c;
                    for (int w : WORDS) {
                        registers(name + CONDITIONS[c], gprs(w), gprs(w), "", (d, s) -> a.cmov(cond, w, d, s));
                        memory(name + CONDITIONS[c], gprs(w), w, false, "", (r, m) -> a.cmov(cond, w, r, m));
                    }
                }
            }
            case SET -> {
                for (int c = 0; c < 16; c++) {
                    int cond = c;
                    register(name + CONDITIONS[c], gprs(W8), "", r -> a.set(cond, r));
                    memory(name + CONDITIONS[c], W8, "", m -> a.set(cond, m));
                }
            }
            case JCC -> branches();
            case JUMP -> {
                register(name, gprs(W64), "", r -> a.r(row, W64, r));
                memory(name, W64, "", m -> a.m(row, W64, m));
            }
            case PUSH, POP -> {
                register(name, gprs(W64), "", r -> a.r(row, W64, r));
                memory(name, W64, "", m -> a.m(row, W64, m));
                if (row == Op.PUSH) {
                    for (int i : new int[] {1, -1, -128, 128, 0x12345678, -0x12345678}) {
                        single("push " + imm(W64, i), () -> a.pushi(i));
                    }
                }
            }
            case RET -> {
                single("ret", a::ret);
                single("ret 0x10", () -> a.ret(16));
                single("ret 0xfff0", () -> a.ret(0xFFF0));
            }
            case NONE, FIXED -> single(name, () -> a.none(row));
            case NONE_SIZED -> sized(row, name);
            case MEMORY -> {
                int w = memoryWidth(0);
                memory(name, w, "", m -> a.m(row, m));
                if (row == Op.CMPXCHG8B || row == Op.CMPXCHG16B) {
                    memory("lock " + name, w, "", m -> {
                        a.lock();
                        a.m(row, m);
                    });
                }
            }
            case NOP -> {
                for (int w : WORDS) {
                    register(name, gprs(w), "", r -> a.r(row, w, r));
                    memory(name, w, "", m -> a.m(row, w, m));
                }
            }
            case RVM -> {
                for (int w : LONGS) {
                    for (int v = 0; v < 16; v++) {
                        int second = v;
                        String mid = "," + gpr(v, w);
                        registers(name, r -> gpr(r, w) + mid, gprs(w), "", (d, s) -> a.rvr(row, w, d, second, s));
                    }
                    memory(
                            name,
                            r -> gpr(r, w) + "," + gpr(15 - r, w),
                            w,
                            false,
                            "",
                            (r, m) -> a.rvm(row, w, r, 15 - r, m));
                }
            }
            case RMV -> {
                for (int w : LONGS) {
                    for (int v = 0; v < 16; v++) {
                        int third = v;
                        registers(name, gprs(w), gprs(w), "," + gpr(v, w), (d, s) -> a.rvr(row, w, d, s, third));
                        memory(name, gprs(w), w, false, "," + gpr(v, w), (r, m) -> a.rmv(row, w, r, m, third));
                    }
                }
            }
            case VM -> {
                for (int w : LONGS) {
                    registers(name, gprs(w), gprs(w), "", (d, s) -> a.vr(row, w, d, s));
                    memory(name, gprs(w), w, false, "", (r, m) -> a.vm(row, w, r, m));
                }
            }
            case RMI -> {
                for (int w : LONGS) {
                    registers(name, gprs(w), gprs(w), ",0x21", (d, s) -> a.vrri(row, w, d, s, 33));
                    memory(name, gprs(w), w, false, ",0x21", (r, m) -> a.vrmi(row, w, r, m, 33));
                }
            }
            default -> {
                if ((row.encoding & Bits.VEX) != Bits.VEX) {
                    legacyVector(row, name);
                }
                if (row.hasVex()) {
                    String vexName = name.startsWith("v") ? name : "v" + name;
                    vexVector(row, vexName, W128);
                    if ((row.effect & Bits.Y) != 0) {
                        vexVector(row, vexName, W256);
                    }
                }
            }
        }
    }

    private void branches() {
        for (int c = 0; c < 16; c++) {
            int cond = c;
            int back = a.newLabel();
            a.bind(back);
            String target = "0x" + Integer.toHexString(a.position());
            single("nop", () -> a.nop(1));
            single("j" + CONDITIONS[c] + " " + target, () -> a.jcc(cond, back));
            single("jmp " + target, () -> a.jmp(back));
            a.nop(8);
            a.pin();
            list.add(new Sample(Op.NOP, a.position() - 8, 8, "nop DWORD PTR [rax+rax*1+0x0]"));
            int forward = a.newLabel();
            String next = "0x" + Integer.toHexString(a.position() + 6 + 5 + 2 + 1);
            single("j" + CONDITIONS[c] + " " + next, () -> a.jcc(cond, forward));
            single("call " + next, () -> a.call(forward));
            single("j" + CONDITIONS[c] + " " + next, () -> a.jccShort(cond, forward));
            single("nop", () -> a.nop(1));
            a.bind(forward);
            single("nop", () -> a.nop(1));
        }
    }

    private void sized(Op row, String name) {
        String[] bySize = row == Op.CONVERT_A
                ? new String[] {"", "cbw", "cwde", "cdqe"}
                : row == Op.CONVERT_D ? new String[] {"", "cwd", "cdq", "cqo"} : null;
        for (int w : bySize == null ? GENERAL : WORDS) {
            String text = name;
            if (bySize != null) {
                text = bySize[w];
            } else if (name.endsWith("movs")) {
                text += " " + size(w) + "es:[rdi]," + size(w) + "ds:[rsi]";
            } else {
                text += " " + size(w) + "es:[rdi]," + gpr(0, w);
            }
            single(text, () -> a.none(row, w));
        }
    }

    private boolean hasRegisterForm() {
        return (op.effect & Bits.MEM_ONLY) == 0;
    }

    private boolean hasMemoryForm() {
        return (op.effect & Bits.REG_ONLY) == 0;
    }

    private void legacyVector(Op row, String name) {
        int m = row == Op.LDDQU ? -1 : memoryWidth(W128);
        Name x = vectors(W128);
        switch (row.form) {
            case X, X_XMM0 -> {
                String tail = row.form == Form.X_XMM0 ? ",xmm0" : "";
                if (hasRegisterForm()) {
                    registers(name, x, x, tail, (d, s) -> a.rr(row, d, s));
                }
                if (hasMemoryForm()) {
                    memory(name, x, m, false, tail, (r, p) -> a.rm(row, r, p));
                }
            }
            case X_IMM -> {
                registers(name, x, x, ",0x61", (d, s) -> a.rri(row, d, s, 0x61));
                memory(name, x, m, false, ",0x61", (r, p) -> a.rmi(row, r, p, 0x61));
            }
            case X_MOVE, X_MOVE_SCALAR -> {
                registers(name, x, x, "", (d, s) -> a.rr(row, d, s));
                memory(name, x, m, false, "", (r, p) -> a.rm(row, r, p));
                memory(name, x, m, true, "", (r, p) -> a.mr(row, p, r));
            }
            case X_HALF -> {
                memory(name, x, m, false, "", (r, p) -> a.rm(row, r, p));
                memory(name, x, m, true, "", (r, p) -> a.mr(row, p, r));
            }
            case X_STORE -> memory(name, x, m, true, "", (r, p) -> a.mr(row, p, r));
            case X_SHIFT -> register(name, x, ",0x5", r -> a.ri(row, r, 5));
            case G_X -> {
                for (int w : hasMemoryForm() ? LONGS : new int[] {W32}) {
                    registers(name, gprs(w), x, "", (d, s) -> a.rr(row, w, d, s));
                    if (hasMemoryForm()) {
                        memory(name, gprs(w), m, false, "", (r, p) -> a.rm(row, w, r, p));
                    }
                }
            }
            case X_G, E_X -> {
                for (int w : LONGS) {
                    String sized = row == Op.MOVD_XG || row == Op.MOVD_GX ? w == W64 ? "movq" : "movd" : name;
                    if (row.form == Form.X_G) {
                        registers(sized, x, gprs(w), "", (d, s) -> a.rr(row, w, d, s));
                        memory(sized, x, w, false, "", (r, p) -> a.rm(row, w, r, p));
                    } else {
                        registers(sized, gprs(w), x, "", (d, s) -> a.rr(row, w, d, s));
                        memory(sized, x, w, true, "", (r, p) -> a.mr(row, w, p, r));
                    }
                }
            }
            case EXTRACT -> {
                registers(name, gprs(element()), x, ",0x1", (d, s) -> a.rri(row, d, s, 1));
                memory(name, x, m, true, ",0x1", (r, p) -> a.mri(row, p, r, 1));
            }
            case EXTRACT_WORD -> registers(name, gprs(W32), x, ",0x1", (d, s) -> a.rri(row, d, s, 1));
            case INSERT -> {
                registers(name, x, gprs(element()), ",0x1", (d, s) -> a.rri(row, d, s, 1));
                memory(name, x, m, false, ",0x1", (r, p) -> a.rmi(row, r, p, 1));
            }
            default -> throw new AssertionError(row);
        }
    }

    private int element() {
        return (op.encoding & Bits.W1) != 0 ? W64 : W32;
    }

    private void vexVector(Op row, String name, int l) {
        int m = row == Op.LDDQU ? -1 : memoryWidth(l);
        boolean three = (row.encoding & Bits.VEX) == Bits.V3;
        boolean full = memoryWidth(0) == 0 || memoryWidth(0) < 0;
        Name x = vectors(l);
        Name source = vectors(full ? l : W128); // a scalar or half of a register stays xmm
        Name both = r -> vector(r, l) + "," + vector(r * 5 + 2 & 15, l);
        switch (row.form) {
            case X -> {
                if (three) {
                    if (hasRegisterForm()) {
                        registers(name, both, source, "", (d, s) -> a.rvr(row, l, d, d * 5 + 2 & 15, s));
                    }
                    if (hasMemoryForm()) {
                        memory(name, both, m, false, "", (r, p) -> a.rvm(row, l, r, r * 5 + 2 & 15, p));
                    }
                } else {
                    if (hasRegisterForm()) {
                        registers(name, x, source, "", (d, s) -> a.vrr(row, l, d, s));
                    }
                    memory(name, x, m, false, "", (r, p) -> a.vrm(row, l, r, p));
                }
            }
            case X_IMM -> {
                if (three) {
                    registers(name, both, source, ",0x61", (d, s) -> a.rvri(row, l, d, d * 5 + 2 & 15, s, 0x61));
                    memory(name, both, m, false, ",0x61", (r, p) -> a.rvmi(row, l, r, r * 5 + 2 & 15, p, 0x61));
                } else {
                    registers(name, x, source, ",0x61", (d, s) -> a.vrri(row, l, d, s, 0x61));
                    memory(name, x, m, false, ",0x61", (r, p) -> a.vrmi(row, l, r, p, 0x61));
                }
            }
            case X_MOVE -> {
                registers(name, x, x, "", (d, s) -> a.vrr(row, l, d, s));
                memory(name, x, m, false, "", (r, p) -> a.vrm(row, l, r, p));
                memory(name, x, m, true, "", (r, p) -> a.vmr(row, l, p, r));
            }
            case X_MOVE_SCALAR -> {
                registers(name, both, x, "", (d, s) -> a.rvr(row, l, d, d * 5 + 2 & 15, s));
                memory(name, x, m, false, "", (r, p) -> a.vrm(row, l, r, p));
                memory(name, x, m, true, "", (r, p) -> a.vmr(row, l, p, r));
            }
            case X_HALF -> {
                memory(name, both, m, false, "", (r, p) -> a.rvm(row, l, r, r * 5 + 2 & 15, p));
                memory(name, x, m, true, "", (r, p) -> a.vmr(row, l, p, r));
            }
            case X_STORE -> memory(name, x, m, true, "", (r, p) -> a.vmr(row, l, p, r));
            case X_SHIFT -> registers(name, x, x, ",0x5", (d, s) -> a.vri(row, l, d, s, 5));
            case G_X -> {
                for (int w : hasMemoryForm() ? LONGS : new int[] {l == W256 ? W256 : W32}) {
                    int g = w == W256 ? W32 : w;
                    registers(name, gprs(g), x, "", (d, s) -> a.vrr(row, w, d, s));
                    if (hasMemoryForm()) {
                        memory(name, gprs(g), m, false, "", (r, p) -> a.vrm(row, w, r, p));
                    }
                }
            }
            case X_G, E_X -> {
                for (int w : LONGS) {
                    String sized = row == Op.MOVD_XG || row == Op.MOVD_GX ? w == W64 ? "vmovq" : "vmovd" : name;
                    if (three) {
                        registers(sized, both, gprs(w), "", (d, s) -> a.rvr(row, w, d, d * 5 + 2 & 15, s));
                        memory(sized, both, w, false, "", (r, p) -> a.rvm(row, w, r, r * 5 + 2 & 15, p));
                    } else if (row.form == Form.X_G) {
                        registers(sized, x, gprs(w), "", (d, s) -> a.vrr(row, w, d, s));
                        memory(sized, x, w, false, "", (r, p) -> a.vrm(row, w, r, p));
                    } else {
                        registers(sized, gprs(w), x, "", (d, s) -> a.vrr(row, w, d, s));
                        memory(sized, x, w, true, "", (r, p) -> a.vmr(row, w, p, r));
                    }
                }
            }
            case EXTRACT -> {
                registers(name, gprs(element()), x, ",0x1", (d, s) -> a.vrri(row, l, d, s, 1));
                memory(name, x, m, true, ",0x1", (r, p) -> a.vmri(row, l, p, r, 1));
            }
            case EXTRACT_WORD -> registers(name, gprs(W32), x, ",0x1", (d, s) -> a.vrri(row, l, d, s, 1));
            case INSERT -> {
                registers(name, both, gprs(element()), ",0x1", (d, s) -> a.rvri(row, l, d, d * 5 + 2 & 15, s, 1));
                memory(name, both, m, false, ",0x1", (r, p) -> a.rvmi(row, l, r, r * 5 + 2 & 15, p, 1));
            }
            case V_X -> {
                registers(name, both, x, "", (d, s) -> a.rvr(row, l, d, d * 5 + 2 & 15, s));
                memory(name, both, m, false, "", (r, p) -> a.rvm(row, l, r, r * 5 + 2 & 15, p));
            }
            case V_BLEND -> {
                for (int mask : new int[] {0, 7, 15}) {
                    String tail = "," + vector(mask, l);
                    registers(name, both, x, tail, (d, s) -> a.rvrr(row, l, d, d * 5 + 2 & 15, s, mask));
                    memory(name, both, m, false, tail, (r, p) -> a.rvmr(row, l, r, r * 5 + 2 & 15, p, mask));
                }
            }
            case V_IMM -> {
                if (full || l == W256) {
                    registers(name, both, source, ",0x61", (d, s) -> a.rvri(row, l, d, d * 5 + 2 & 15, s, 0x61));
                    memory(name, both, m, false, ",0x61", (r, p) -> a.rvmi(row, l, r, r * 5 + 2 & 15, p, 0x61));
                }
            }
            case V_WIDEN -> {
                registers(name, x, vectors(W128), "", (d, s) -> a.vrr(row, l, d, s));
                memory(name, x, m, false, "", (r, p) -> a.vrm(row, l, r, p));
            }
            case V_EXTRACT -> {
                if (l == W256) {
                    registers(name, vectors(W128), x, ",0x1", (d, s) -> a.vrri(row, l, d, s, 1));
                    memory(name, x, m, true, ",0x1", (r, p) -> a.vmri(row, l, p, r, 1));
                }
            }
            default -> throw new AssertionError(row);
        }
    }
}
