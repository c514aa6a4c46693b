package emberwall.examples;

import emberwall.op.Op;
import java.util.Arrays;

/** What is computed of the columns of a row. A value may be missing (null): so is then what is computed of it, as SQL has it. */
public sealed interface Expression {
    /** What values are. */
    enum Kind {
        INTEGER,
        FLOAT,
        TRUTH
    }

    /** The value of a column. */
    record Column(int index) implements Expression {}

    /** The same whole number in each row. */
    record Whole(long value) implements Expression {}

    /** The same number in each row. */
    record Real(double value) implements Expression {}

    /** A sum, difference, product, or comparison; of numbers of two kinds, after both have become floats. */
    record Binary(Operator operator, Expression left, Expression right) implements Expression {}

    /** False where one of them is; else missing where one of them is. */
    record And(Expression left, Expression right) implements Expression {}

    /** True where one of them is; else missing where one of them is. */
    record Or(Expression left, Expression right) implements Expression {}

    /** The contrary. */
    record Not(Expression of) implements Expression {}

    /** Whether a value is missing; that never is. */
    record IsMissing(Expression of) implements Expression {}

    /** Operators on two numbers. */
    enum Operator {
        // @formatter:off
        ADD             ("+",  Op.ADD, Op.ADD),
        SUBTRACT        ("-",  Op.SUB, Op.SUB),
        MULTIPLY        ("*",  Op.MUL, Op.MUL),
        LESS            ("<",  Op.LT_S, Op.LT),
        LESS_OR_EQUAL   ("<=", Op.LE_S, Op.LE),
        GREATER         (">",  Op.GT_S, Op.GT),
        GREATER_OR_EQUAL(">=", Op.GE_S, Op.GE),
        EQUAL           ("=",  Op.EQ, Op.EQ),
        NOT_EQUAL       ("<>", Op.NE, Op.NE);
        // @formatter:on

        final String text;
        final Op onIntegers;
        final Op onFloats;

        Operator(String text, Op onIntegers, Op onFloats) {
            this.text = text;
            this.onIntegers = onIntegers;
            this.onFloats = onFloats;
        }

        boolean isComparison() {
            return ordinal() >= LESS.ordinal();
        }
    }

    /** {@code binary("<", column(0), whole(3))}. */
    static Expression binary(String operator, Expression left, Expression right) {
        Operator found = Arrays.stream(Operator.values())
                .filter(each -> each.text.equals(operator))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no operator " + operator));
        return new Binary(found, left, right);
    }

    /** The value of a column. */
    static Expression column(int index) {
        return new Column(index);
    }

    /** A whole number. */
    static Expression whole(long value) {
        return new Whole(value);
    }

    /** A number. */
    static Expression real(double value) {
        return new Real(value);
    }
}
