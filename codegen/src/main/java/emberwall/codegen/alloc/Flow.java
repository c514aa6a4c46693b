package emberwall.codegen.alloc;

import java.util.Arrays;

/**
 * Where the edges of a {@link Code} come from, and where copies on an edge stand: at the beginning of the block that it reaches if
 * no other comes there, or the block is a handler (whose live values are in their words, whoever threw), else at the end of the
 * block that it leaves, before its last instruction.
 */
final class Flow {
    private Code code;
    private int[] firstIn = new int[17];
    /** Edges by the block that they reach. */
    private int[] incoming = new int[16];
    /** The last position of the blocks that those leave. */
    private int[] comesFrom = new int[16];
    /** By edge: the block that it leaves. */
    private int[] source = new int[16];

    private int[] blockOf = new int[64];
    // By block: the first and the last position where one of its edges comes from.
    private int[] comesFromFirst = new int[16];
    private int[] comesFromLast = new int[16];

    void reset(Code itsCode) {
        code = itsCode;
        int blocks = code.blockCount();
        if (firstIn.length < blocks + 1) {
            firstIn = new int[blocks + blocks / 2 + 1];
            comesFromFirst = new int[firstIn.length];
            comesFromLast = new int[firstIn.length];
        }
        if (incoming.length < code.edgeCount()) {
            incoming = new int[code.edgeCount() * 3 / 2];
            comesFrom = new int[incoming.length];
            source = new int[incoming.length];
        }
        if (blockOf.length < code.instructionCount()) {
            blockOf = new int[code.instructionCount() * 3 / 2];
        }
        Arrays.fill(firstIn, 0, blocks + 1, 0);
        for (int edge = 0; edge < code.edgeCount(); edge++) {
            firstIn[code.target(edge)]++;
        }
        int sum = 0;
        for (int block = 0; block < blocks; block++) {
            sum += firstIn[block];
            firstIn[block] = sum;
        }
        firstIn[blocks] = sum;
        Arrays.fill(comesFromFirst, 0, blocks, Obstacles.NEVER);
        Arrays.fill(comesFromLast, 0, blocks, -1);
        for (int block = blocks - 1; block >= 0; block--) {
            int last = Lifetimes.gap(code.endOfInstructions(block)) - 1;
            for (int edge = code.endOfEdges(block) - 1; edge >= code.firstEdge(block); edge--) {
                source[edge] = block;
                int target = code.target(edge);
                int in = --firstIn[target];
                incoming[in] = edge;
                comesFrom[in] = last;
                comesFromFirst[target] = Math.min(comesFromFirst[target], last);
                comesFromLast[target] = Math.max(comesFromLast[target], last);
            }
            Arrays.fill(blockOf, code.firstInstruction(block), code.endOfInstructions(block), block);
        }
    }

    int firstIn(int block) {
        return firstIn[block];
    }

    int endOfIn(int block) {
        return firstIn[block + 1];
    }

    /** An edge that reaches the block among whose numbers {@code index} is. */
    int incoming(int index) {
        return incoming[index];
    }

    /** The last position of the block that it leaves. */
    int comesFrom(int index) {
        return comesFrom[index];
    }

    /** Whether all edges that reach a block leave others in a stretch of the code. */
    boolean comeFrom(int block, int from, int end) {
        return comesFromFirst[block] >= from && comesFromLast[block] < end;
    }

    /** The block that an edge leaves. */
    int source(int edge) {
        return source[edge];
    }

    /** The block of an instruction. */
    int block(int instruction) {
        return blockOf[instruction];
    }

    /** The gap that a block begins with. */
    int begin(int block) {
        return Lifetimes.gap(code.firstInstruction(block));
    }

    /** The block that alone leads to a block, or -1 if there is none or are several. */
    int onlySource(int block) {
        return firstIn[block + 1] == firstIn[block] + 1 ? source[incoming[firstIn[block]]] : -1;
    }

    /** Whether copies for what comes into a block stand at its beginning. */
    boolean copiesAtBegin(int block) {
        int edges = firstIn[block + 1] - firstIn[block];
        return block != 0 && edges > 0 && (edges == 1 || code.isToHandler(incoming[firstIn[block]]));
    }
}
