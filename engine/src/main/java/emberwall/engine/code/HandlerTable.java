package emberwall.engine.code;

import emberwall.asm.CodeBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where a function catches exceptions. Nothing of it is executed: it costs nothing until something is thrown.
 *
 * <p>A <em>site</em> is a return address; it lies in a <em>region</em>, one {@code try_table} or {@code try}. A region has
 * clauses, which are asked in order, and a parent, which is asked next. Sites are listed only where the region differs
 * from that of the site before.
 *
 * <pre>
 *   return address ─► region ─► clause, clause, ...
 *                       └─► parent ─► clause, ...
 *                             └─► ... ─► NONE: the caller
 * </pre>
 */
public final class HandlerTable {
    /** The table of a function that catches nothing. */
    public static final HandlerTable EMPTY = new HandlerTable(new int[0], new int[0], new int[0], 0);

    /** Instead of a region: the exception goes to the caller. */
    public static final int NONE = -1;
    /** Instead of a tag: every exception. */
    public static final int ALL = -1;

    // What else than the values a clause hands over.
    /** Nothing. */
    public static final int NO_REFERENCE = 0;
    /** A reference to the exception, in the slot behind the values. */
    public static final int REFERENCE_LAST = 1;
    /** A reference to the exception, in the slot before the values. */
    public static final int REFERENCE_FIRST = 2;

    // Columns of a site.
    private static final int SITE = 2;
    private static final int SITE_REGION = 1;
    // Columns of a region.
    private static final int REGION = 2;
    private static final int FIRST = 1;
    // Columns of a clause.
    private static final int CLAUSE = 4;
    private static final int TARGET = 1;
    private static final int PLACE = 2;
    private static final int REFERENCE = 3;

    private final int[] sites;
    /** One row more than there are regions, for the end of the last one's clauses. */
    private final int[] regions;

    private final int[] clauses;
    private final int slotBytes;

    private HandlerTable(int[] sites, int[] regions, int[] clauses, int slotBytes) {
        this.sites = sites;
        this.regions = regions;
        this.clauses = clauses;
        this.slotBytes = slotBytes;
    }

    /** The region of the call that returns to a code offset, or {@link #NONE}. */
    public int region(int codeOffset) {
        int low = 0;
        int high = sites.length / SITE - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            if (sites[middle * SITE] <= codeOffset) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high < 0 ? NONE : sites[high * SITE + SITE_REGION];
    }

    /** The region around a region, or {@link #NONE}. */
    public int parent(int region) {
        return regions[region * REGION];
    }

    /** A region's first clause. */
    public int firstClause(int region) {
        return regions[region * REGION + FIRST];
    }

    /** The number behind a region's last clause. */
    public int endOfClauses(int region) {
        return regions[(region + 1) * REGION + FIRST];
    }

    /** How many regions there are. */
    public int regionCount() {
        return Math.max(0, regions.length / REGION - 1);
    }

    /** The index of the tag that a clause catches, or {@link #ALL}. */
    public int tag(int clause) {
        return clauses[clause * CLAUSE];
    }

    /** The code offset where a clause goes on. */
    public int target(int clause) {
        return clauses[clause * CLAUSE + TARGET];
    }

    /** How far from the frame pointer the first slot lies that a clause wants filled; each further one is lower. */
    public int place(int clause) {
        return clauses[clause * CLAUSE + PLACE];
    }

    /** Whether and where a clause wants a reference to the exception. */
    public int reference(int clause) {
        return clauses[clause * CLAUSE + REFERENCE];
    }

    /** How far each slot lies below the one before. */
    public int slotBytes() {
        return slotBytes;
    }

    /**
     * The table for people: for each stretch of return addresses the region, then for each region where its clauses lead.
     *
     * <pre>
     *   calls from 0x1c  region 0
     *   calls from 0x40  caller
     *   region 0  tag 1 to 0x88, all to 0x90, else region 2
     * </pre>
     */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (int site = 0; site < sites.length; site += SITE) {
            lines.add("calls from 0x" + Integer.toHexString(sites[site]) + "  " + name(sites[site + SITE_REGION]));
        }
        for (int region = 0; region < regionCount(); region++) {
            StringBuilder line = new StringBuilder(name(region)).append("  ");
            for (int clause = firstClause(region); clause < endOfClauses(region); clause++) {
                line.append(tag(clause) == ALL ? "all" : "tag " + tag(clause));
                line.append(" to 0x")
                        .append(Integer.toHexString(target(clause)))
                        .append(", ");
            }
            lines.add(line.append("else ").append(name(parent(region))).toString());
        }
        return lines;
    }

    private static String name(int region) {
        return region == NONE ? "caller" : "region " + region;
    }

    /** The size of the table in bytes. */
    public int size() {
        return 4 * (sites.length + regions.length + clauses.length);
    }

    /** Collects regions, clauses and sites of one function; to be used again for the next. */
    public static final class Builder {
        // Columns of a region here; its clauses form a list, since others' come in between.
        private static final int ROW = 4;
        private static final int HEIGHT = 1;
        private static final int FIRST_CLAUSE = 2;
        private static final int LAST_CLAUSE = 3;
        // Columns of a clause here: as in the table, with a label for the target, and the next one.
        private static final int LINK = CLAUSE;
        private static final int CLAUSE_ROW = CLAUSE + 1;

        private int[] regions = new int[16 * ROW];
        private int[] clauses = new int[16 * CLAUSE_ROW];
        private int[] sites = new int[32 * SITE];
        private int regionCount;
        private int clauseCount;
        private int siteCount;

        /** Forgets everything. */
        public void reset() {
            regionCount = 0;
            clauseCount = 0;
            siteCount = 0;
            if (regions.length + clauses.length + sites.length > 1 << 18) {
                regions = new int[16 * ROW];
                clauses = new int[16 * CLAUSE_ROW];
                sites = new int[32 * SITE];
            }
        }

        /**
         * A new region.
         *
         * @param parent the region around it, or {@link #NONE}
         * @param height slots below this one are what its handlers find as it was
         */
        public int region(int parent, int height) {
            int row = regionCount * ROW;
            if (row == regions.length) {
                regions = Arrays.copyOf(regions, row * 2);
            }
            regions[row] = parent;
            regions[row + HEIGHT] = height;
            regions[row + FIRST_CLAUSE] = NONE;
            return regionCount++;
        }

        /** Slots below this one are what the handlers of a region find as it was. */
        public int height(int region) {
            return regions[region * ROW + HEIGHT];
        }

        /** Gives a region another parent, farther out. */
        public void setParent(int region, int parent) {
            regions[region * ROW] = parent;
        }

        /**
         * Adds a clause to a region.
         *
         * @param tag its index, or {@link #ALL}
         * @param label where it goes on
         * @param place how far from the frame pointer the first slot lies that is to be filled
         * @param reference {@link #NO_REFERENCE} or one of the others
         */
        public void clause(int region, int tag, int label, int place, int reference) {
            int row = clauseCount * CLAUSE_ROW;
            if (row == clauses.length) {
                clauses = Arrays.copyOf(clauses, row * 2);
            }
            clauses[row] = tag;
            clauses[row + TARGET] = label;
            clauses[row + PLACE] = place;
            clauses[row + REFERENCE] = reference;
            clauses[row + LINK] = NONE;
            int at = region * ROW;
            if (regions[at + FIRST_CLAUSE] == NONE) {
                regions[at + FIRST_CLAUSE] = clauseCount;
            } else {
                clauses[regions[at + LAST_CLAUSE] * CLAUSE_ROW + LINK] = clauseCount;
            }
            regions[at + LAST_CLAUSE] = clauseCount++;
        }

        /** Says that the call which returns to a code offset lies in a region. */
        public void site(int codeOffset, int region) {
            int last = siteCount == 0 ? NONE : sites[(siteCount - 1) * SITE + SITE_REGION];
            if (region == last) {
                return;
            }
            int row = siteCount++ * SITE;
            if (row == sites.length) {
                sites = Arrays.copyOf(sites, row * 2);
            }
            sites[row] = codeOffset;
            sites[row + SITE_REGION] = region;
        }

        /** The table, when all labels of {@code code} are bound for good. */
        public HandlerTable build(CodeBuffer code, int slotBytes) {
            if (siteCount == 0) {
                return EMPTY;
            }
            int[] flatRegions = new int[(regionCount + 1) * REGION];
            int[] flatClauses = new int[clauseCount * CLAUSE];
            int count = 0;
            for (int region = 0; region < regionCount; region++) {
                flatRegions[region * REGION] = regions[region * ROW];
                flatRegions[region * REGION + FIRST] = count;
                for (int clause = regions[region * ROW + FIRST_CLAUSE]; clause != NONE; ) {
                    int row = clause * CLAUSE_ROW;
                    int at = count++ * CLAUSE;
                    System.arraycopy(clauses, row, flatClauses, at, CLAUSE);
                    flatClauses[at + TARGET] = code.offsetOf(clauses[row + TARGET]);
                    clause = clauses[row + LINK];
                }
            }
            flatRegions[regionCount * REGION + FIRST] = count;
            return new HandlerTable(Arrays.copyOf(sites, siteCount * SITE), flatRegions, flatClauses, slotBytes);
        }
    }
}
