package emberwall.ir;

import emberwall.op.Op;
import emberwall.op.Type;

/**
 * The bytes that an access touches: {@code base + root + offset + displacement}, where the sum of an i32 root and the offset
 * wraps round at 32 bits, as indices of WebAssembly's do.
 *
 * @param aliasClass see {@link Access}
 * @param base a value, or -1 if there is none
 * @param root a value, or -1 if there is none
 * @param wraps whether the root is an i32
 * @param offset what is added before it wraps, below 2^32
 * @param displacement what is added to all that
 * @param bytes how many
 */
record Address(int aliasClass, int base, int root, boolean wraps, long offset, long displacement, int bytes) {
    private static final long WORD = 1L << 32;

    /** The bytes of a load or store. */
    static Address of(Graph graph, int node) {
        long displacement = graph.number(node);
        int base = graph.input(node, 0);
        if (isSum(graph, base, Type.I64)) {
            displacement += graph.bits(graph.input(base, 1));
            base = graph.input(base, 0);
        }
        if (graph.isConstant(base)) {
            displacement += graph.bits(base);
            base = -1;
        }
        int root = graph.isIndexed(node) ? graph.input(node, 1) : -1;
        boolean wraps = false;
        long offset = 0;
        if (root >= 0 && graph.isConstant(root)) {
            displacement += graph.bits(root);
            root = -1;
        } else if (root >= 0 && graph.kind(root) == Kind.COMPUTE && graph.op(root) == Op.EXTEND_I32_U) {
            wraps = true;
            root = graph.input(root, 0);
            if (isSum(graph, root, Type.I32)) {
                offset = graph.bits(graph.input(root, 1));
                root = graph.input(root, 0);
            }
        }
        int aliasClass = Access.aliasClass(graph.access(node));
        return new Address(
                aliasClass,
                base,
                root,
                wraps,
                offset,
                displacement,
                Access.bytes(graph.op(node), graph.workingType(node)));
    }

    private static boolean isSum(Graph graph, int node, Type type) {
        return graph.kind(node) == Kind.COMPUTE
                && graph.op(node) == Op.ADD
                && graph.workingType(node) == type
                && graph.isConstant(graph.input(node, 1));
    }

    /** Whether both begin at the same byte, whatever the values are. */
    boolean isSamePlace(Address other) {
        return aliasClass == other.aliasClass
                && base == other.base
                && root == other.root
                && wraps == other.wraps
                && offset == other.offset
                && displacement == other.displacement;
    }

    /** Whether they have no byte in common, whatever the values are. */
    boolean isApart(Address other) {
        if (aliasClass != other.aliasClass) {
            return true;
        }
        if (base != other.base || root != other.root || wraps != other.wraps) {
            return false;
        }
        long distance = offset + displacement - other.offset - other.displacement;
        if (offset == other.offset) {
            return isApart(distance, other);
        }
        return isApart(distance, other) && isApart(distance - WORD, other) && isApart(distance + WORD, other);
    }

    private boolean isApart(long distance, Address other) {
        return distance >= other.bytes || -distance >= bytes;
    }

    /** A number that is the same for all accesses of the same place. */
    int placeHash() {
        int hash = aliasClass;
        hash = hash * 31 + base;
        hash = hash * 31 + root;
        hash = hash * 31 + Long.hashCode(offset);
        hash = hash * 31 + Long.hashCode(displacement);
        return hash * 0x9E3779B1;
    }
}
