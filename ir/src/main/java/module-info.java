/** Functions as graphs: what the optimizing compiler works on. */
module emberwall.ir {
    requires transitive emberwall.op;

    exports emberwall.ir;
}
