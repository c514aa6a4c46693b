package emberwall.fiber;

import static emberwall.asm.x64.Mem.mem;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Mem;
import emberwall.asm.x64.Reg;

/**
 * A table of entries, one for each function of a module, that stand for functions whether they have code or not:
 *
 * <pre>
 *   + 0   jmp [cell]       what others enter through; the cell at first points to the lazy entry, later to the code
 *   + 8   call common      the lazy entry; its return address says which function is meant
 *   ...
 *   common: jmp [r15 + COMPILE]
 * </pre>
 */
public final class CompileTable {
    /** Bytes of an entry. */
    public static final int ENTRY_BYTES = 16;

    private static final int LAZY = 8;
    private static final int CALL_BYTES = 5;

    private CompileTable() {}

    /** Appends the table for {@code count} functions, whose cells lie in a row at {@code cells}, to an empty buffer. */
    public static void emit(Assembler a, int count, long cells) {
        int common = a.newLabel();
        for (int i = 0; i < count; i++) {
            a.jmpm(Mem.address(cells + 8L * i));
            a.align(LAZY);
            a.call(common);
            a.align(ENTRY_BYTES);
        }
        a.bind(common);
        a.jmpm(mem(Reg.R15, FiberBlock.COMPILE));
    }

    /** The address that stands for function {@code i} in the table at {@code table}. */
    public static long entry(long table, int i) {
        return table + (long) ENTRY_BYTES * i;
    }

    /** The address that the cell of function {@code i} holds at first. */
    public static long lazyEntry(long table, int i) {
        return entry(table, i) + LAZY;
    }

    /** Which function is meant at {@link Exit#COMPILE}, by {@link Fiber#exitPc}. */
    public static int function(long table, long exitPc) {
        return (int) ((exitPc - LAZY - CALL_BYTES - table) / ENTRY_BYTES);
    }
}
