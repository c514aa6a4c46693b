package emberwall.ebpf.verify;

import emberwall.ebpf.ProgramKind;
import emberwall.ebpf.verify.ContextType.FieldKind;

/** The contexts of Linux's kinds of programs, as {@code linux/bpf.h} lays them out for programs on x86-64. */
public final class ContextTypes {
    // @formatter:off
    private static final ContextType XDP = ContextType.named("xdp_md", 24)
            .pointer(FieldKind.PACKET, 0, 4).pointer(FieldKind.PACKET_END, 4, 4).pointer(FieldKind.PACKET_META, 8, 4)
            .numbers(12, 4, 3).build();

    private static final ContextType SKB = ContextType.named("__sk_buff", 192)
            .numbers(0, 4, 2).writable(8, 4, 2).numbers(16, 4, 4).writable(32, 4, 1).numbers(36, 4, 2)
            .writable(44, 4, 1).writable(48, 4, 5).number(68, 4).writable(72, 4, 1)
            .pointer(FieldKind.PACKET, 76, 4).pointer(FieldKind.PACKET_END, 80, 4).number(84, 4)
            .numbers(88, 4, 13).pointer(FieldKind.PACKET_META, 140, 4).pointer(FieldKind.OBJECT, 144, 8)
            .writable(152, 8, 1).numbers(160, 4, 2).pointer(FieldKind.SOCKET, 168, 8).number(176, 4)
            .number(180, 1).number(184, 8).build();

    private static final ContextType REGISTERS = ContextType.named("pt_regs", 168).numbers(0, 8, 21).build();

    private static final ContextType PERF_EVENT = ContextType.named("bpf_perf_event_data", 184).numbers(0, 8, 23).build();

    private static final ContextType TRACEPOINT = ContextType.named("tracepoint", 8192).numbers(0, 8, 1024).build();

    private static final ContextType WORDS = ContextType.named("arguments", 96).numbers(0, 8, 12).build();

    private static final ContextType SOCK_OPS = ContextType.named("bpf_sock_ops", 224)
            .number(0, 4).writable(4, 4, 4).numbers(20, 4, 15).writable(80, 4, 1).numbers(84, 4, 12).writable(132, 4, 2)
            .numbers(140, 4, 7).numbers(168, 8, 2).pointer(FieldKind.SOCKET, 184, 8)
            .pointer(FieldKind.PACKET, 192, 8).pointer(FieldKind.PACKET_END, 200, 8).numbers(208, 4, 2)
            .number(216, 8).build();

    private static final ContextType SOCK = ContextType.named("bpf_sock", 80)
            .writable(0, 4, 1).numbers(4, 4, 3).writable(16, 4, 2).numbers(24, 4, 5).number(44, 4).number(48, 2)
            .numbers(52, 4, 6).number(76, 4).build();

    private static final ContextType SOCK_ADDRESS = ContextType.named("bpf_sock_addr", 72)
            .number(0, 4).writable(4, 4, 1).writable(8, 4, 4).writable(24, 4, 1).numbers(28, 4, 3).writable(40, 4, 5)
            .pointer(FieldKind.SOCKET, 64, 8).build();

    private static final ContextType SK_MSG = ContextType.named("sk_msg_md", 80)
            .pointer(FieldKind.PACKET, 0, 8).pointer(FieldKind.PACKET_END, 8, 8).numbers(16, 4, 14)
            .pointer(FieldKind.SOCKET, 72, 8).build();

    private static final ContextType REUSEPORT = ContextType.named("sk_reuseport_md", 56)
            .pointer(FieldKind.PACKET, 0, 8).pointer(FieldKind.PACKET_END, 8, 8).numbers(16, 4, 5)
            .pointer(FieldKind.SOCKET, 40, 8).pointer(FieldKind.SOCKET, 48, 8).build();

    private static final ContextType DEVICE = ContextType.named("bpf_cgroup_dev_ctx", 12).numbers(0, 4, 3).build();

    private static final ContextType SYSCTL = ContextType.named("bpf_sysctl", 8).number(0, 4).writable(4, 4, 1).build();

    private static final ContextType SOCKOPT = ContextType.named("bpf_sockopt", 40)
            .pointer(FieldKind.SOCKET, 0, 8).pointer(FieldKind.PACKET, 8, 8).pointer(FieldKind.PACKET_END, 16, 8)
            .writable(24, 4, 4).build();

    private static final ContextType SK_LOOKUP = ContextType.named("bpf_sk_lookup", 72)
            .pointer(FieldKind.SOCKET, 0, 8).numbers(8, 4, 15).build();

    private static final ContextType NOTHING = ContextType.named("ctx", 0).build();
    // @formatter:on

    private ContextTypes() {}

    /** The context of a kind of program; of one that is unspecified, a context without fields. */
    public static ContextType of(ProgramKind kind) {
        return switch (kind) {
            case XDP -> XDP;
            case SOCKET_FILTER,
                    TRAFFIC_CLASSIFIER,
                    TRAFFIC_ACTION,
                    CGROUP_SKB,
                    LWT_IN,
                    LWT_OUT,
                    LWT_XMIT,
                    LWT_SEG6LOCAL,
                    SK_SKB,
                    FLOW_DISSECTOR -> SKB;
            case KPROBE -> REGISTERS;
            case PERF_EVENT -> PERF_EVENT;
            case TRACEPOINT -> TRACEPOINT;
            case RAW_TRACEPOINT, TRACING, LSM, STRUCT_OPS -> WORDS;
            case SOCK_OPS -> SOCK_OPS;
            case CGROUP_SOCK -> SOCK;
            case CGROUP_SOCK_ADDR -> SOCK_ADDRESS;
            case SK_MSG -> SK_MSG;
            case SK_REUSEPORT -> REUSEPORT;
            case CGROUP_DEVICE -> DEVICE;
            case CGROUP_SYSCTL -> SYSCTL;
            case CGROUP_SOCKOPT -> SOCKOPT;
            case SK_LOOKUP -> SK_LOOKUP;
            case UNSPECIFIED, LIRC_MODE2, SYSCALL -> NOTHING;
        };
    }
}
