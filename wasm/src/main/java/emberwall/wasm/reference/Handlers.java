package emberwall.wasm.reference;

import emberwall.wasm.BodyReader;
import emberwall.wasm.Module;
import emberwall.wasm.Opcode;
import emberwall.wasm.SideTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The parts of a function body in which exceptions are caught, in the new form and the old, found by one walk over the
 * body when the first exception comes along. What catches an exception is told by where it was thrown alone.
 */
final class Handlers {
    /** One {@code try_table}, or one {@code try} up to its first catch. */
    static final class Region {
        /** The first instruction inside, by which the region is known. */
        final int start;
        /** The region around this one that is asked next; null: the caller. */
        Region parent;
        /** The instruction that ends it. */
        int end;

        final List<Clause> clauses = new ArrayList<>();

        Region(int start, Region parent) {
            this.start = start;
            this.parent = parent;
        }
    }

    /**
     * One catch clause.
     *
     * @param tag the index of the tag, or -1 for all
     * @param withReference whether the exception itself is handed over, after what it carries
     * @param entry of the side table: in the new form the branch, in the old one what tells the height of the block
     * @param target in the old form, the handler's first instruction; 0 in the new one
     * @param next in the old form, the side table's entry for the target
     */
    record Clause(int tag, boolean withReference, int entry, int target, int next) {}

    private static final int CATCH_ALL = 2;

    private final List<Region> regions = new ArrayList<>();
    /** By the offset of a rethrow, the region whose exception it means. */
    private final Map<Integer, Region> rethrown = new HashMap<>();

    // The walk.
    private final BodyReader in;
    private final List<Block> blocks = new ArrayList<>();
    private int entry;

    /** A block that the walk is inside. */
    private static final class Block {
        /** The region, if exceptions are caught here: not in a catch clause, nor in other blocks. */
        Region active;
        /** In a catch clause, the region whose exception was caught. */
        Region caught;
        /** The side table's entry of a {@code try}. */
        final int tryEntry;

        Block(Region active, int tryEntry) {
            this.active = active;
            this.tryEntry = tryEntry;
        }
    }

    Handlers(Module module, FunctionCode code) {
        this.in = new BodyReader(module.bytes(), code.start, code.end);
        blocks.add(new Block(null, 0));
        while (in.hasMore()) {
            step(in.position(), in.opcode());
        }
    }

    /** The innermost region that an instruction is in; null if there is none. */
    Region at(int offset) {
        for (int i = regions.size() - 1; i >= 0; i--) {
            Region region = regions.get(i);
            if (region.start <= offset && offset < region.end) {
                return region;
            }
        }
        return null;
    }

    /** The region whose exception the {@code rethrow} at an offset means. */
    Region rethrown(int offset) {
        return rethrown.get(offset);
    }

    private void step(int at, Opcode opcode) {
        switch (opcode) {
            case BLOCK, LOOP -> {
                in.skip(opcode.immediate());
                blocks.add(new Block(null, 0));
            }
            case IF -> {
                in.skip(opcode.immediate());
                entry += SideTable.ENTRY;
                blocks.add(new Block(null, 0));
            }
            case TRY_TABLE -> tryTable();
            case TRY -> {
                in.skip(opcode.immediate());
                blocks.add(new Block(open(), entry));
                entry += SideTable.ENTRY;
            }
            case CATCH, CATCH_ALL -> handler(at, opcode);
            case DELEGATE -> {
                Block block = blocks.removeLast();
                block.active.end = at;
                block.active.parent = active(blocks.size() - 1 - in.u32());
            }
            case RETHROW -> rethrown.put(at, blocks.get(blocks.size() - 1 - in.u32()).caught);
            case END -> {
                Block block = blocks.removeLast();
                if (block.active != null) {
                    block.active.end = at;
                }
            }
            case BR_TABLE -> {
                for (int i = in.count(); i >= 0; i--) {
                    in.u32();
                    entry += SideTable.ENTRY;
                }
            }
            default -> {
                if (ownsEntry(opcode)) {
                    entry += SideTable.ENTRY;
                }
                in.skip(opcode.immediate());
            }
        }
    }

    private static boolean ownsEntry(Opcode opcode) {
        return switch (opcode) {
            case ELSE, BR, BR_IF, BR_ON_NULL, BR_ON_NON_NULL, BR_ON_CAST, BR_ON_CAST_FAIL -> true;
            default -> false;
        };
    }

    private Region open() {
        Region region = new Region(in.position(), active(blocks.size() - 1));
        regions.add(region);
        return region;
    }

    /** The innermost region that is active in this block or around it. */
    private Region active(int block) {
        for (int i = block; i >= 0; i--) {
            Region region = blocks.get(i).active;
            if (region != null) {
                return region;
            }
        }
        return null;
    }

    private void tryTable() {
        in.blockType();
        List<Clause> clauses = new ArrayList<>();
        for (int i = in.count(); i > 0; i--) {
            int kind = in.u8();
            int tag = kind < CATCH_ALL ? in.u32() : -1;
            in.u32();
            clauses.add(new Clause(tag, (kind & 1) != 0, entry, 0, 0));
            entry += SideTable.ENTRY;
        }
        Region region = open();
        region.clauses.addAll(clauses);
        blocks.add(new Block(region, 0));
    }

    /** A {@code catch} or {@code catch_all}, which owns two entries. */
    private void handler(int at, Opcode opcode) {
        Block block = blocks.getLast();
        if (block.active != null) {
            block.active.end = at;
            block.caught = block.active;
            block.active = null;
        }
        entry += 2 * SideTable.ENTRY;
        int tag = opcode == Opcode.CATCH ? in.u32() : -1;
        block.caught.clauses.add(new Clause(tag, false, block.tryEntry, in.position(), entry));
    }
}
