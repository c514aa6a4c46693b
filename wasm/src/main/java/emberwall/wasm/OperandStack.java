package emberwall.wasm;

import java.util.Arrays;

/**
 * The types of the operands while a body is checked. Below the floor lie those of enclosing blocks. Where code is
 * unreachable there are, above the floor, as many more operands of any type as are asked for.
 */
final class OperandStack {
    private static final int INITIAL = 256;
    private static final int KEPT = 1 << 16;
    /** How many operands an error shows. */
    private static final int SHOWN = 8;

    private final Types known;
    private final Limits limits;
    private int[] types;
    private int height;
    private int highest;

    /** Under the current block's own operands. */
    int floor;
    /** Whether the current block's end is not reached from here. */
    boolean unreachable;
    /** Offset of the instruction that is being checked, for errors. */
    int at;

    OperandStack(Types known, Limits limits) {
        this.known = known;
        this.limits = limits;
        this.types = initial();
    }

    private int[] initial() {
        return new int[Math.min(INITIAL, limits.of(Limit.OPERANDS))];
    }

    void clear() {
        height = 0;
        highest = 0;
        floor = 0;
        unreachable = false;
        if (types.length > KEPT) {
            types = initial();
        }
    }

    int height() {
        return height;
    }

    /** The greatest height there was. */
    int highest() {
        return highest;
    }

    void push(int type) {
        int top = height;
        if (top == types.length) {
            grow();
        }
        types[top++] = type;
        height = top;
        if (top > highest) {
            highest = top;
        }
    }

    private void grow() {
        limits.check(Limit.OPERANDS, height + 1, at);
        types = Arrays.copyOf(types, (int) Math.min(limits.of(Limit.OPERANDS), height * 2L));
    }

    /** Takes the topmost operand, which must be of this type. */
    void pop(int expected) {
        int top = height - 1;
        if (top >= floor) {
            height = top;
            int type = types[top];
            if (type != expected) {
                check(type, expected);
            }
        } else if (!unreachable) {
            throw missing(expected);
        }
    }

    /** Takes the topmost operand, whatever it is; {@link ValueType#BOTTOM} where code is unreachable. */
    int pop() {
        int top = height - 1;
        if (top >= floor) {
            height = top;
            return types[top];
        }
        if (unreachable) {
            return ValueType.BOTTOM;
        }
        throw mismatch("any", "");
    }

    /** Takes the topmost operand, which must be a reference; {@link ValueType#BOTTOM} where code is unreachable. */
    int popReference() {
        int type = pop();
        if (type != ValueType.BOTTOM && !ValueType.isReference(type)) {
            throw mismatch("ref", ValueType.text(type));
        }
        return type;
    }

    /** One operand of one type becomes one of another. */
    void unary(int parameter, int result) {
        int top = height - 1;
        if (top >= floor && types[top] == parameter) {
            types[top] = result;
        } else {
            pop(parameter);
            push(result);
        }
    }

    /** Two operands of one type become one of another. */
    void binary(int parameter, int result) {
        int top = height - 2;
        if (top >= floor && types[top] == parameter && types[top + 1] == parameter) {
            types[top] = result;
            height = top + 1;
        } else {
            pop(parameter);
            pop(parameter);
            push(result);
        }
    }

    /** The topmost operands above the floor but for {@code below} of them: what a check without taking looks at. */
    void checkAt(int below, int expected) {
        int index = height - 1 - below;
        if (index >= floor) {
            check(types[index], expected);
        } else if (!unreachable) {
            throw missing(expected);
        }
    }

    /** Throws away the current block's operands. */
    void drop() {
        height = floor;
    }

    /** How many operands the current block has. */
    int own() {
        return height - floor;
    }

    /** The current block's topmost operands, for errors. */
    String text() {
        StringBuilder text = new StringBuilder("[");
        for (int i = Math.max(floor, height - SHOWN); i < height; i++) {
            text.append(text.length() == 1 ? "" : " ").append(ValueType.text(types[i]));
        }
        return text.append(']').toString();
    }

    private void check(int type, int expected) {
        if (!known.isSubtype(type, expected)) {
            throw mismatch(type, expected);
        }
    }

    /** The error that says which type is wanted and which is there. */
    InvalidException mismatch(int type, int expected) {
        return mismatch(ValueType.text(expected), ValueType.text(type));
    }

    private InvalidException missing(int expected) {
        return mismatch(ValueType.text(expected), "");
    }

    private InvalidException mismatch(String expected, String types) {
        return new InvalidException(
                "type mismatch: instruction requires [" + expected + "] but stack has [" + types + "]", at);
    }
}
