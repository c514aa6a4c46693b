package emberwall.engine.optimizing;

import emberwall.ir.Block;

/** A block of WebAssembly that is open. */
final class Frame {
    /** What opened it. */
    enum Kind {
        FUNCTION,
        BLOCK,
        LOOP,
        IF,
        ELSE,
        /** A {@code try} of the old form, up to its first handler. */
        TRY,
        /** A handler of a {@code try}. */
        CATCH
    }

    Kind kind;
    /** How many others are around it. */
    int place;
    /** How many values lie under its parameters, and under its results later. */
    final int base;
    /** How many results it has, or, of a loop, parameters: what a branch to it takes along. */
    final int carried;
    /** How many results it has. */
    final int results;
    /** Where branches meet that leave it; null where they return, and of loops. */
    final Merge end;

    /** Of a loop: its first block. */
    Block header;
    /** Of a loop: the number of the one around it, or -1. */
    int outerLoop;
    /** Of a loop: which locals are parameters of its first block, behind those of the loop. */
    int[] changing;
    /** Of a loop: the table that it begins with, if it does nothing else. */
    Dispatch dispatch;
    /** Of an {@code if}: the block of its second arm, and the locals and parameters there. */
    Block otherwise;

    int[] saved;
    /** Where what is thrown in it, but not further in, is caught; null is in no place of the function. */
    Region region;
    /** Of a {@code try}: its handlers, and the one that comes next. */
    Region handlers;

    int nextHandler;
    /** Of a handler whose exception is thrown again: the reference to it. */
    int exception;

    // What one branch table has found out.
    int table = -1;
    Block way;

    Frame(Kind kind, int base, int carried, int results, Merge end, Region region) {
        this.kind = kind;
        this.base = base;
        this.carried = carried;
        this.results = results;
        this.end = end;
        this.region = region;
    }
}
