package emberwall.codegen.alloc;

import java.util.Arrays;

/**
 * How often blocks are run, as far as the shape of the code says: the ways out of a block are equally likely, but that a loop is
 * left in one of eight rounds, and cold code hardly ever run.
 */
final class Frequencies {
    private static final double ROUNDS = 8;
    private static final double COLD = 0.001;
    private static final int DEEPEST = 10;

    /** By depth: how often a block is run at most. */
    private static final double[] MOST = new double[DEEPEST + 1];

    static {
        for (int depth = 0; depth <= DEEPEST; depth++) {
            MOST[depth] = Math.pow(ROUNDS, depth);
        }
    }

    private final Flow flow;
    private double[] frequency = {};

    Frequencies(Flow flow) {
        this.flow = flow;
    }

    void reset(Code code) {
        int blocks = code.blockCount();
        if (frequency.length < blocks) {
            frequency = new double[blocks + blocks / 2];
        }
        Arrays.fill(frequency, 0, blocks, 0);
        frequency[0] = 1;
        for (int block = 0; block < blocks; block++) {
            int depth = depth(code, block);
            if (isHeader(block)) {
                frequency[block] *= ROUNDS;
            }
            frequency[block] = Math.min(frequency[block], MOST[depth]);
            share(code, block, depth);
        }
    }

    private static int depth(Code code, int block) {
        return Math.min(code.loopDepth(block), DEEPEST);
    }

    private boolean isHeader(int block) {
        for (int in = flow.firstIn(block); in < flow.endOfIn(block); in++) {
            if (flow.source(flow.incoming(in)) >= block) {
                return true;
            }
        }
        return false;
    }

    /** Gives what a block has to those behind it. */
    private void share(Code code, int block, int depth) {
        double total = 0;
        for (int edge = code.firstEdge(block); edge < code.endOfEdges(block); edge++) {
            total += weight(code, code.target(edge), depth);
        }
        for (int edge = code.firstEdge(block); edge < code.endOfEdges(block); edge++) {
            int target = code.target(edge);
            if (target > block) {
                frequency[target] += frequency[block] * weight(code, target, depth) / total;
            }
        }
    }

    private static double weight(Code code, int target, int depth) {
        double weight = code.isCold(target) ? COLD : 1;
        int left = depth - depth(code, target);
        return left > 0 ? weight / (ROUNDS - 1) : weight;
    }

    /** How often a block is run for each run of the function. */
    double of(int block) {
        return frequency[block];
    }
}
