/** Where code lives: code space, publishing, code map. */
module emberwall.link {
    requires transitive emberwall.asm;
    requires transitive emberwall.os;

    exports emberwall.link;
}
