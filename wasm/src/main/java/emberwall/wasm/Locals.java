package emberwall.wasm;

/** The locals that a body declares, as runs of one type, as the binary format has them. Parameters are not among them. */
public final class Locals {
    private final int[] runs;
    private final int count;
    private final int codeOffset;

    private Locals(int[] runs, int count, int codeOffset) {
        this.runs = runs;
        this.count = count;
        this.codeOffset = codeOffset;
    }

    /**
     * Reads the declarations at the beginning of a body of a function with so many parameters; the reader stands at its
     * first opcode afterwards.
     */
    static Locals read(BodyReader reader, Types types, Limits limits, int parameters) {
        IntList runs = new IntList();
        long count = 0;
        for (int i = reader.count(); i > 0; i--) {
            int at = reader.position();
            int run = reader.u32();
            count += run & 0xFFFF_FFFFL;
            if (count > 0xFFFF_FFFFL) {
                throw new MalformedException("too many locals", at);
            }
            int typeAt = reader.position();
            int type = reader.valueType();
            if (ValueType.isReference(type)
                    && ValueType.isConcrete(type)
                    && ValueType.typeIndex(type) >= types.count()) {
                throw new InvalidException("unknown type " + ValueType.typeIndex(type), typeAt);
            }
            if (run != 0) {
                runs.add(run);
                runs.add(type);
            }
        }
        if (count > limits.of(Limit.LOCALS) - parameters) {
            throw limits.exceeded(Limit.LOCALS, count + parameters, reader.position());
        }
        return new Locals(runs.toArray(), (int) count, reader.position());
    }

    /** How many locals are declared in all. */
    public int count() {
        return count;
    }

    /** How many runs of locals of one type there are; none is empty. */
    public int runs() {
        return runs.length >> 1;
    }

    /** How many locals a run has. */
    public int length(int run) {
        return runs[run << 1];
    }

    /** The type of a run's locals. */
    public int type(int run) {
        return runs[(run << 1) + 1];
    }

    /** Where the first opcode stands, in bytes from the beginning of the module. */
    public int codeOffset() {
        return codeOffset;
    }
}
