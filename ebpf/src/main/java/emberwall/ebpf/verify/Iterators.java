package emberwall.ebpf.verify;

import emberwall.ebpf.helper.RuntimeFunction;
import emberwall.ebpf.verify.RegisterState.Kind;

/**
 * Iterators that a program keeps on its stack and asks for one element after the other. Each is given back on every path; its
 * bytes are nobody else's until then.
 *
 * <p>A call of {@code next} has two ways: nothing is left, or there is an element. The second comes round to the same call, and
 * ends there if nothing is new. That is no endless loop: the iterator is the same one, and it gives only so many.
 */
final class Iterators {
    private static final int ELEMENT_BYTES = 4;

    /** The address of an element when its iterator is gone: it may be asked whether there was one. */
    private static final RegisterState GONE = RegisterState.pointer(Kind.MEMORY, 0, false);

    private final Walk walk;

    Iterators(Walk walk) {
        this.walk = walk;
    }

    void call(State state, long number) {
        var function = RuntimeFunction.of(number);
        if (function == null) {
            throw walk.refuse("calling kernel function is not allowed", "a helper, or a function that exists here");
        }
        for (int r = 1; r <= function.arguments(); r++) {
            walk.initialized(state, r);
        }
        var result = switch (function) {
            case ITER_NUM_NEW -> begin(state);
            case ITER_NUM_NEXT -> next(state);
            case ITER_NUM_DESTROY -> destroy(state);
        };
        finish(state, result);
    }

    private static void finish(State state, RegisterState result) {
        for (int r = 1; r <= 5; r++) {
            state.set(r, RegisterState.UNINITIALIZED);
        }
        state.set(0, result);
    }

    private RegisterState begin(State state) {
        var pointer = pointer(state);
        for (int r = 2; r <= 3; r++) {
            if (!state.register(r).isScalar()) {
                throw walk.refuse("R" + r + " is not a scalar", "a number");
            }
        }
        var frame = state.frames.get(pointer.frame());
        var index = Frame.slotOf(pointer.fixed());
        var slot = frame.slot(index);
        if (slot.isIterator()) {
            throw walk.refuse(
                    "expected uninitialized iter_num as arg #0", "the iterator that is there destroyed before");
        }
        var reference = walk.newId();
        state.acquire(reference);
        frame.set(index, Slot.of(new Slot.Iterator(reference, false)));
        frame.written |= 1L << index;
        return RegisterState.UNKNOWN;
    }

    private RegisterState next(State state) {
        var pointer = pointer(state);
        var iterator = iterator(state, pointer);
        walk.iterates = true;
        if (!iterator.drained()) {
            var other = walk.fork(state, state.index + 1);
            other.rounds++;
            finish(
                    other,
                    RegisterState.pointer(Kind.MEMORY, ELEMENT_BYTES, false).reference(iterator.reference()));
            Calls.widen(other, Calls.before(state.parent.parent, state.index, state.depth()));
            state.frames
                    .get(pointer.frame())
                    .set(Frame.slotOf(pointer.fixed()), Slot.of(new Slot.Iterator(iterator.reference(), true)));
        }
        return RegisterState.ZERO;
    }

    private RegisterState destroy(State state) {
        var pointer = pointer(state);
        var iterator = iterator(state, pointer);
        var index = Frame.slotOf(pointer.fixed());
        var frame = state.frames.get(pointer.frame());
        frame.set(index, Slot.EMPTY);
        frame.written |= 1L << index;
        state.release(iterator.reference());
        state.replaceAll(one -> one.reference() == iterator.reference() ? GONE : one);
        return RegisterState.UNINITIALIZED;
    }

    /** The stack's address in r1, of a whole slot. */
    private RegisterState pointer(State state) {
        var pointer = state.register(1);
        if (pointer.kind() != Kind.STACK) {
            throw walk.refuse("arg #0 expected pointer to an iterator on stack", "the address of 8 bytes on the stack");
        }
        if (!pointer.isFixed()) {
            throw walk.refuse("iter_num has to be at a constant offset", "a constant offset");
        }
        var at = pointer.fixed();
        if (at % Slot.SIZE != 0 || at >= 0 || at < -Frame.STACK_SIZE) {
            throw walk.refuse(
                    "cannot pass in iter_num at an offset=" + at,
                    "a multiple of 8 from -" + Frame.STACK_SIZE + " to -8");
        }
        return pointer;
    }

    private Slot.Iterator iterator(State state, RegisterState pointer) {
        var index = Frame.slotOf(pointer.fixed());
        var slot = state.frames.get(pointer.frame()).slot(index);
        if (!slot.isIterator()) {
            throw walk.refuse("expected an initialized iter_num as arg #0", "bpf_iter_num_new on every path before");
        }
        walk.reads(state, pointer.frame(), 1L << index);
        return slot.iterator();
    }

    /** Whether the iterator that a call is about to ask has elements, as far as is known. */
    static boolean isActive(State state) {
        var pointer = state.register(1);
        if (pointer.kind() != Kind.STACK || !pointer.isFixed() || pointer.fixed() >= 0) {
            return false;
        }
        var at = Frame.slotOf(pointer.fixed());
        var slot = state.frames.get(pointer.frame()).slot(at);
        return slot.isIterator() && !slot.iterator().drained();
    }
}
