/** The vocabulary of operators and what each of them computes. */
module emberwall.op {
    exports emberwall.op;
}
