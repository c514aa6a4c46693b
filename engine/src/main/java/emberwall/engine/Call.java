package emberwall.engine;

import emberwall.op.V128;

/**
 * One call of a host function by a guest: arguments in, results out. Arguments must be read before the host calls
 * guests itself or, at the latest, before a result is set; results not set are zero or null. Valid only during the call
 * and on its thread.
 */
public abstract class Call {
    Call() {}

    /** {@return the type of the called function} */
    public abstract FunctionType type();

    /**
     * The argument at an index, an i32.
     *
     * @param index number of the argument, from 0
     * @return its value
     */
    public abstract int i32(int index);

    /**
     * The argument at an index, an i64.
     *
     * @param index number of the argument, from 0
     * @return its value
     */
    public abstract long i64(int index);

    /**
     * The argument at an index, an f32.
     *
     * @param index number of the argument, from 0
     * @return its value
     */
    public abstract float f32(int index);

    /**
     * The argument at an index, an f64.
     *
     * @param index number of the argument, from 0
     * @return its value
     */
    public abstract double f64(int index);

    /**
     * The argument at an index, a v128.
     *
     * @param index number of the argument, from 0
     * @return its value
     */
    public abstract V128 v128(int index);

    /**
     * The argument at an index, a reference: a {@link Function}, the object behind an externref, or null.
     *
     * @param index number of the argument, from 0
     * @return the reference
     */
    public abstract Object ref(int index);

    /**
     * The argument at an index as a word: an i32 zero-extended, a float as its bits.
     *
     * @param index number of the argument, from 0
     * @return its bits
     */
    public abstract long word(int index);

    /**
     * Sets a result of type i32.
     *
     * @param index number of the result, from 0
     * @param value what it shall be
     */
    public abstract void result(int index, int value);

    /**
     * Sets a result of type i64.
     *
     * @param index number of the result, from 0
     * @param value what it shall be
     */
    public abstract void result(int index, long value);

    /**
     * Sets a result of type f32.
     *
     * @param index number of the result, from 0
     * @param value what it shall be
     */
    public abstract void result(int index, float value);

    /**
     * Sets a result of type f64.
     *
     * @param index number of the result, from 0
     * @param value what it shall be
     */
    public abstract void result(int index, double value);

    /**
     * Sets a result that is a reference, or a {@link V128}.
     *
     * @param index number of the result, from 0
     * @param value what it shall be
     */
    public abstract void result(int index, Object value);

    /**
     * Sets the one result, an i32.
     *
     * @param value what it shall be
     */
    public final void result(int value) {
        result(0, value);
    }

    /**
     * Sets the one result, an i64.
     *
     * @param value what it shall be
     */
    public final void result(long value) {
        result(0, value);
    }

    /**
     * Sets the one result, an f32.
     *
     * @param value what it shall be
     */
    public final void result(float value) {
        result(0, value);
    }

    /**
     * Sets the one result, an f64.
     *
     * @param value what it shall be
     */
    public final void result(double value) {
        result(0, value);
    }

    /**
     * Sets the one result, a reference or a {@link V128}.
     *
     * @param value what it shall be
     */
    public final void result(Object value) {
        result(0, value);
    }

    /** {@return the instance whose code calls; null if the host calls its own function} */
    public abstract Instance instance();

    /**
     * {@return memory 0 of the calling instance}
     *
     * @throws IllegalStateException if it has none
     */
    public abstract Memory memory();

    /** {@return the store of the call} */
    public abstract Store store();

    /** {@return how a host function that waits notices that the guest shall end} */
    public final Attention attention() {
        return store().attention();
    }
}
