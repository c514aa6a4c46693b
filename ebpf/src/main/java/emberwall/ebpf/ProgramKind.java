package emberwall.ebpf;

/** What a program is for: it decides the context that it is given, and which helpers it may call. */
public enum ProgramKind {
    // @formatter:off
    //                  number  sections, as libbpf names them: the name itself, or the part in front of a slash
    UNSPECIFIED         ( 0),
    SOCKET_FILTER       ( 1, "socket", "socket_filter"),
    KPROBE              ( 2, "kprobe", "kretprobe", "uprobe", "uretprobe", "kprobe.multi", "kretprobe.multi", "ksyscall", "usdt"),
    TRAFFIC_CLASSIFIER  ( 3, "tc", "tcx", "classifier", "action"),
    TRAFFIC_ACTION      ( 4),
    TRACEPOINT          ( 5, "tracepoint", "tp"),
    XDP                 ( 6, "xdp"),
    PERF_EVENT          ( 7, "perf_event"),
    CGROUP_SKB          ( 8, "cgroup_skb", "cgroup/skb"),
    CGROUP_SOCK         ( 9, "cgroup/sock", "cgroup/sock_create", "cgroup/sock_release", "cgroup/post_bind4", "cgroup/post_bind6"),
    LWT_IN              (10, "lwt_in"),
    LWT_OUT             (11, "lwt_out"),
    LWT_XMIT            (12, "lwt_xmit"),
    SOCK_OPS            (13, "sockops"),
    SK_SKB              (14, "sk_skb"),
    CGROUP_DEVICE       (15, "cgroup/dev"),
    SK_MSG              (16, "sk_msg"),
    RAW_TRACEPOINT      (17, "raw_tp", "raw_tracepoint"),
    CGROUP_SOCK_ADDR    (18, "cgroup/bind4", "cgroup/bind6", "cgroup/connect4", "cgroup/connect6", "cgroup/sendmsg4",
                             "cgroup/sendmsg6", "cgroup/recvmsg4", "cgroup/recvmsg6", "cgroup/recv_accept4", "cgroup/recv_accept6"),
    LWT_SEG6LOCAL       (19, "lwt_seg6local"),
    LIRC_MODE2          (20, "lirc_mode2"),
    SK_REUSEPORT        (21, "sk_reuseport"),
    FLOW_DISSECTOR      (22, "flow_dissector"),
    CGROUP_SYSCTL       (23, "cgroup/sysctl"),
    CGROUP_SOCKOPT      (25, "cgroup/getsockopt", "cgroup/setsockopt"),
    TRACING             (26, "fentry", "fexit", "fmod_ret", "tp_btf", "iter"),
    STRUCT_OPS          (27, "struct_ops"),
    LSM                 (29, "lsm"),
    SK_LOOKUP           (30, "sk_lookup"),
    SYSCALL             (31, "syscall");
    // @formatter:on

    private static final ProgramKind[] KINDS = values();

    private final int number;
    private final String[] sections;

    ProgramKind(int number, String... sections) {
        this.number = number;
        this.sections = sections;
    }

    /** The kernel's {@code bpf_prog_type}. */
    public int number() {
        return number;
    }

    /**
     * The kind that a section's name says: the longest name that is the section's, or followed there by a slash;
     * {@link #UNSPECIFIED} for names that nobody agreed on. A leading question mark (do not load by itself) and suffixes
     * behind a dot that only change how a program may sleep or see fragments do not count.
     */
    public static ProgramKind ofSection(String section) {
        String name = section.startsWith("?") ? section.substring(1) : section;
        ProgramKind best = UNSPECIFIED;
        int length = -1;
        for (ProgramKind kind : KINDS) {
            for (String prefix : kind.sections) {
                if (prefix.length() > length && names(prefix, name)) {
                    best = kind;
                    length = prefix.length();
                }
            }
        }
        return best == UNSPECIFIED ? ofOldSection(name) : best;
    }

    /**
     * {@link #ofSection}, and for sections whose names nobody agreed on a guess: loaders of old were told the kind by who named
     * the object.
     *
     * @param file name of the object
     */
    public static ProgramKind guess(String section, String file) {
        ProgramKind said = ofSection(section);
        if (said != UNSPECIFIED) {
            return said;
        }
        if (section.startsWith("cgroup/sock")) {
            return CGROUP_SOCK;
        }
        return (section + " " + file).contains("xdp") ? XDP : TRAFFIC_CLASSIFIER;
    }

    /** Loaders of old looked at the first letters only. */
    private static ProgramKind ofOldSection(String name) {
        return name.startsWith("xdp")
                ? XDP
                : name.startsWith("socket") ? SOCKET_FILTER : name.startsWith("tc_") ? TRAFFIC_CLASSIFIER : UNSPECIFIED;
    }

    private static boolean names(String prefix, String section) {
        if (!section.startsWith(prefix)) {
            return false;
        }
        String rest = section.substring(prefix.length());
        return rest.isEmpty() || rest.startsWith("/") || rest.startsWith(".s") || rest.startsWith(".frags");
    }
}
