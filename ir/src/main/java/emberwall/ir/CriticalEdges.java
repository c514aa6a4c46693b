package emberwall.ir;

/**
 * Puts a block on each edge from a block with several successors to one with several predecessors. Only then is there a
 * place for what an edge alone needs: the moves to the parameters, and values that only they use. Neighbours in a table that
 * bring the same to the same block share one.
 */
public final class CriticalEdges {
    private CriticalEdges() {}

    /** Leaves no critical edge in a graph; whether there was one. */
    public static boolean split(Graph graph) {
        int count = graph.blocks().size();
        for (int i = 0; i < count; i++) {
            Block block = graph.blocks().get(i);
            if (block.outgoing.length > 1) {
                split(graph, block);
            }
        }
        assert Verifier.verify(graph);
        return graph.blocks().size() > count;
    }

    private static void split(Graph graph, Block block) {
        boolean isTable = graph.kind(block.end()) == Kind.SWITCH;
        Block latest = null;
        for (int e = 0; e < block.outgoing.length; e++) {
            Block.Edge edge = block.outgoing[e];
            if (isTable && latest != null && isLike(edge, latest.outgoing[0])) {
                edge.to.incoming.remove(edge);
                edge.arguments = new IntList();
                graph.redirect(edge, latest);
                latest.incoming.add(edge);
            } else if (edge.to.incoming.size() > 1) {
                split(graph, block, e);
                latest = block.outgoing[e].to;
            } else {
                latest = null;
            }
        }
    }

    private static boolean isLike(Block.Edge edge, Block.Edge other) {
        boolean like = edge.to == other.to && edge.argumentCount() == other.argumentCount();
        for (int i = 0; like && i < edge.argumentCount(); i++) {
            like = edge.arguments.get(i) == other.arguments.get(i);
        }
        return like;
    }

    /** The edge, with what it brings, now begins in a new block. */
    private static void split(Graph graph, Block block, int index) {
        Block middle = graph.addBlock();
        Block.Edge edge = block.outgoing[index];
        Block.Edge into = new Block.Edge(block, middle, new IntList());
        graph.leave(block, index, into);
        middle.incoming.add(into);
        graph.pin(graph.addNode(Kind.JUMP, null, 0), middle, Graph.NO_ORIGIN);
        graph.leave(middle, edge);
        edge.from = middle;
    }
}
