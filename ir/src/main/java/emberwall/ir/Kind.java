package emberwall.ir;

/** What a node is. What it computes, where it computes, is an {@link emberwall.op.Op}. */
public enum Kind {
    // @formatter:off
    /** A number, a vector or the null reference. */
    CONSTANT (Role.VALUE),
    /** A parameter of a block; those of the first block are the function's. */
    PARAMETER(Role.VALUE),
    /** An operator on its inputs. It floats, unless some operands have no result. */
    COMPUTE  (Role.VALUE),
    /** (condition: i32, value if it is not zero, value if it is zero). */
    SELECT   (Role.VALUE),
    /** A {@link Context}: an address that is in a register of its own. */
    CONTEXT  (Role.VALUE),
    /**
     * (call or double-word operator): one more of its results; {@link Graph#number} says which, from 1. Those of an INVOKE
     * are numbered from 0, and pinned before all else in its first successor.
     */
    RESULT   (Role.VALUE),
    /**
     * A value that an exception brought; {@link Graph#number} says which. What the exception carries comes first, the
     * reference to it behind that. Pinned before all else in the block where an INVOKE lands.
     */
    CAUGHT   (Role.VALUE),
    /** (base[, index]): reads memory. It floats where nothing ever writes and the access cannot trap. */
    LOAD     (Role.VALUE),
    /** (base[, index], value): writes memory. */
    STORE    (Role.EFFECT),
    /**
     * (base, index[, operand[, replacement]]): reads memory, writes it, or both at once as other threads see it, or (): is
     * nothing but a barrier. Whatever else reads or writes memory stays on its side of it. Its value is what was read, extended
     * with zeros.
     */
    ATOMIC   (Role.EFFECT),
    /** (arguments ...): calls a {@link Callee}. Its value is the first result, if there is one. */
    CALL     (Role.EFFECT),
    /**
     * (condition: i32[, first: i32]): traps where the condition is not zero. The other one is known to be not zero then, too:
     * whoever asks it first needs to ask the condition hardly ever.
     */
    TRAP_IF  (Role.EFFECT),
    /** Looks whether somebody wants attention, who may write memory; but not if its {@link Graph#number} is 1. */
    POLL     (Role.EFFECT),
    /**
     * (values ...): what the frames of the source hold at the next node of the block that may stop, which has the same
     * origin: a CALL, INVOKE, POLL, TRAP_IF or TRAP. {@link Graph#slots} says which slots these are; the others hold nothing
     * that is needed.
     */
    STATE    (Role.EFFECT),

    // The last node of each block.
    /** Goes on in a block. */
    JUMP     (Role.END),
    /** (condition: i32): the first successor where it is not zero, else the second. */
    BRANCH   (Role.END),
    /** (index: i32): the successor with this number, or the last one where there is none. */
    SWITCH   (Role.END),
    /** (results ...): the function is through. */
    RETURN   (Role.END),
    /**
     * (arguments ...): calls a {@link Callee} whose exceptions are caught. Goes on in the first successor, or, where an
     * exception is caught, in one of the others: those are as many as there are clauses, in the order in which they are
     * asked. All have this one predecessor, and no parameters.
     */
    INVOKE   (Role.END),
    /** (arguments ...): calls a {@link Callee} in the place of this function: its results are the function's. */
    TAIL_CALL(Role.END),
    /** Never goes on. */
    TRAP     (Role.END);
    // @formatter:on

    private enum Role {
        VALUE,
        EFFECT,
        END
    }

    private final Role role;

    Kind(Role role) {
        this.role = role;
    }

    /** Whether nodes of the kind are the last of their blocks. */
    public boolean endsBlock() {
        return role == Role.END;
    }

    /** Whether nodes of the kind always stand in a block, for what they do. */
    public boolean isEffect() {
        return role == Role.EFFECT;
    }

    /** Whether a STATE before nodes of the kind is about them. */
    public boolean mayStop() {
        return switch (this) {
            case CALL, INVOKE, POLL, TRAP_IF, TRAP -> true;
            default -> false;
        };
    }
}
