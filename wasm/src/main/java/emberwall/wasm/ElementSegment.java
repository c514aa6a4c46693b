package emberwall.wasm;

/** References for a table, given as function indices or as constant expressions. */
public final class ElementSegment {
    private final SegmentMode mode;
    private final int table;
    private final ConstantExpression place;
    private final int type;
    private final int offset;
    private final int[] functions;
    private final int[] expressions;

    ElementSegment(
            SegmentMode mode,
            int table,
            ConstantExpression place,
            int type,
            int offset,
            int[] functions,
            int[] expressions) {
        this.mode = mode;
        this.table = table;
        this.place = place;
        this.type = type;
        this.offset = offset;
        this.functions = functions;
        this.expressions = expressions;
    }

    /** When the elements are used. */
    public SegmentMode mode() {
        return mode;
    }

    /** The table of an active segment. */
    public int table() {
        return table;
    }

    /** The index in the table for an active segment, else null. */
    public ConstantExpression place() {
        return place;
    }

    /** The type of every element, a reference. */
    public int type() {
        return type;
    }

    /** Where the segment begins, in bytes from the beginning of the module. */
    public int offset() {
        return offset;
    }

    /** How many elements there are. */
    public int count() {
        return functions != null ? functions.length : expressions.length - 1;
    }

    /** Whether the elements are given as function indices. */
    public boolean isFunctions() {
        return functions != null;
    }

    /** The function of an element, if {@link #isFunctions}. */
    public int function(int element) {
        return functions[element];
    }

    /** The expression of an element, if not {@link #isFunctions}. */
    public ConstantExpression expression(int element) {
        return new ConstantExpression(expressions[element], expressions[element + 1]);
    }

    /** Where the expression of an element begins, if not {@link #isFunctions}. */
    public int expressionOffset(int element) {
        return expressions[element];
    }
}
