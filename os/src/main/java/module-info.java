/** The operating system through java.lang.foreign. */
module emberwall.os {
    exports emberwall.os;
}
