/** How code runs: stacks, exits, traps. */
module emberwall.fiber {
    requires transitive emberwall.op;
    requires transitive emberwall.link;
    requires transitive emberwall.asm;
    requires transitive emberwall.os;

    exports emberwall.fiber;
}
