package emberwall.asm.x64;

/** What a processor must have for an instruction; {@link #BASE} is what every x86-64 processor has, SSE2 included. */
public enum Feature {
    // @formatter:off
    BASE(""), SSE3("pni"), SSSE3("ssse3"), SSE41("sse4_1"), SSE42("sse4_2"), CX16("cx16"), MOVBE("movbe"),
    POPCNT("popcnt"), LZCNT("abm"), BMI1("bmi1"), BMI2("bmi2"), ADX("adx"), AVX("avx"), AVX2("avx2"), FMA("fma"),
    FSGSBASE("fsgsbase"), RDTSCP("rdtscp"), XSAVE("xsave"), PKU("pku"), PREFETCHW("3dnowprefetch");
    // @formatter:on

    /** The name that Linux gives it in {@code /proc/cpuinfo}; empty for {@link #BASE}. */
    public final String flag;

    Feature(String flag) {
        this.flag = flag;
    }
}
