/** The compiler as a library: functions that a Java program makes for itself. */
module emberwall.jit {
    requires transitive emberwall.op;
    requires transitive emberwall.asm;
    requires transitive emberwall.ir;
    requires emberwall.codegen;
    requires emberwall.link;
    requires emberwall.fiber;
    requires emberwall.os;

    exports emberwall.jit;
}
