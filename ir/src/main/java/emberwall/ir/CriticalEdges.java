package emberwall.ir;

/**
 * Puts a block on each edge from a block with several successors to one with several predecessors. Only then is there a
 * place for what an edge alone needs: the moves to the parameters, and values that only they use.
 */
public final class CriticalEdges {
    private CriticalEdges() {}

    /** Leaves no critical edge in a graph; whether there was one. */
    public static boolean split(Graph graph) {
        int count = graph.blocks().size();
        for (int i = 0; i < count; i++) {
            Block block = graph.blocks().get(i);
            if (block.outgoing.length > 1) {
                for (int e = 0; e < block.outgoing.length; e++) {
                    if (block.outgoing[e].to.incoming.size() > 1) {
                        split(graph, block, e);
                    }
                }
            }
        }
        assert Verifier.verify(graph);
        return graph.blocks().size() > count;
    }

    /** The edge, with what it brings, now begins in a new block. */
    private static void split(Graph graph, Block block, int index) {
        Block middle = graph.addBlock();
        Block.Edge edge = block.outgoing[index];
        Block.Edge into = new Block.Edge(block, middle, new IntList());
        block.outgoing[index] = into;
        middle.incoming.add(into);
        graph.pin(graph.addNode(Kind.JUMP, null, 0), middle, Graph.NO_ORIGIN);
        middle.outgoing = new Block.Edge[] {edge};
        edge.from = middle;
    }
}
