/** Programs that make machine code for themselves. */
module emberwall.examples {
    requires transitive emberwall.jit;

    exports emberwall.examples;
}
