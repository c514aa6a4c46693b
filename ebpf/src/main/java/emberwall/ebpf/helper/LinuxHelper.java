package emberwall.ebpf.helper;

import static emberwall.ebpf.ProgramKind.*;
import static emberwall.ebpf.helper.Argument.Kind.*;
import static emberwall.ebpf.helper.HelperSignature.Effect.*;
import static emberwall.ebpf.helper.Result.Kind.SOCKET;
import static emberwall.ebpf.map.MapKind.*;

import emberwall.ebpf.ProgramKind;
import emberwall.ebpf.helper.Callback.Parameter;
import emberwall.ebpf.map.MapKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Linux's helpers as the kernel's headers number and describe them: signatures alone. {@link StandardHelpers} does what some of them
 * do; programs with others can be verified, but not run.
 */
public enum LinuxHelper {
    // @formatter:off
    MAP_LOOKUP_ELEM        (1,   Group.ANY,     Result.MAP_VALUE_OR_NULL, Group.LOOKED_UP, MAP, MAP_KEY),
    MAP_UPDATE_ELEM        (2,   Group.ANY,     Result.SCALAR, Group.CHANGED, MAP, MAP_KEY, MAP_VALUE, ANYTHING),
    MAP_DELETE_ELEM        (3,   Group.ANY,     Result.SCALAR, Group.CHANGED, MAP, MAP_KEY),
    PROBE_READ             (4,   Group.TRACERS, Result.SCALAR, Set.of(), PRIVILEGED, MEMORY_OUT, SIZE_OR_ZERO, ANYTHING),
    KTIME_GET_NS           (5,   Group.ANY,     Result.SCALAR),
    TRACE_PRINTK           (6,   Group.ANY,     Result.SCALAR, MEMORY, SIZE),
    GET_PRANDOM_U32        (7,   Group.ANY,     Result.number(0, 0xFFFF_FFFFL)),
    GET_SMP_PROCESSOR_ID   (8,   Group.ANY,     Result.number(0, 0xFFFF)),
    SKB_STORE_BYTES        (9,   Group.BUFFERS, Result.SCALAR, Set.of(), MOVES_PACKET, CONTEXT, ANYTHING, MEMORY, SIZE, ANYTHING),
    L3_CSUM_REPLACE        (10,  Group.BUFFERS, Result.SCALAR, Set.of(), MOVES_PACKET, CONTEXT, ANYTHING, ANYTHING, ANYTHING, ANYTHING),
    L4_CSUM_REPLACE        (11,  Group.BUFFERS, Result.SCALAR, Set.of(), MOVES_PACKET, CONTEXT, ANYTHING, ANYTHING, ANYTHING, ANYTHING),
    TAIL_CALL              (12,  Group.ANY,     Result.SCALAR,  Set.of(PROGRAM_ARRAY), HelperSignature.Effect.TAIL_CALL, CONTEXT, MAP, ANYTHING),
    CLONE_REDIRECT         (13,  Group.BUFFERS, Result.SCALAR, Set.of(), MOVES_PACKET, CONTEXT, ANYTHING, ANYTHING),
    GET_CURRENT_PID_TGID   (14,  Group.ANY,     Result.SCALAR),
    GET_CURRENT_UID_GID    (15,  Group.ANY,     Result.SCALAR),
    GET_CURRENT_COMM       (16,  Group.ANY,     Result.SCALAR, MEMORY_OUT, SIZE),
    GET_CGROUP_CLASSID     (17,  Group.BUFFERS, Result.SCALAR, CONTEXT),
    SKB_VLAN_PUSH          (18,  Group.BUFFERS, Result.SCALAR, Set.of(), MOVES_PACKET, CONTEXT, ANYTHING, ANYTHING),
    SKB_VLAN_POP           (19,  Group.BUFFERS, Result.SCALAR, Set.of(), MOVES_PACKET, CONTEXT),
    SKB_GET_TUNNEL_KEY     (20,  Group.BUFFERS, Result.SCALAR, CONTEXT, MEMORY_OUT, SIZE, ANYTHING),
    SKB_SET_TUNNEL_KEY     (21,  Group.BUFFERS, Result.SCALAR, CONTEXT, MEMORY, SIZE, ANYTHING),
    PERF_EVENT_READ        (22,  Group.TRACERS, Result.SCALAR, Set.of(PERF_EVENT_ARRAY), MAP, ANYTHING),
    REDIRECT               (23,  Group.PACKETS, Result.SCALAR, ANYTHING, ANYTHING),
    GET_ROUTE_REALM        (24,  Group.BUFFERS, Result.SCALAR, CONTEXT),
    PERF_EVENT_OUTPUT      (25,  Group.ANY,     Result.SCALAR, Set.of(PERF_EVENT_ARRAY), CONTEXT, MAP, ANYTHING, MEMORY, SIZE_OR_ZERO),
    SKB_LOAD_BYTES         (26,  Group.BUFFERS, Result.SCALAR, CONTEXT, ANYTHING, MEMORY_OUT, SIZE),
    GET_STACKID            (27,  Group.TRACERS, Result.SCALAR, Set.of(STACK_TRACE), CONTEXT, MAP, ANYTHING),
    CSUM_DIFF              (28,  Group.PACKETS, Result.SCALAR, MEMORY, SIZE_OR_ZERO, MEMORY, SIZE_OR_ZERO, ANYTHING),
    SKB_GET_TUNNEL_OPT     (29,  Group.BUFFERS, Result.SCALAR, CONTEXT, MEMORY_OUT, SIZE),
    SKB_SET_TUNNEL_OPT     (30,  Group.BUFFERS, Result.SCALAR, CONTEXT, MEMORY, SIZE),
    SKB_CHANGE_PROTO       (31,  Group.BUFFERS, Result.SCALAR, Set.of(), MOVES_PACKET, CONTEXT, ANYTHING, ANYTHING),
    SKB_CHANGE_TYPE        (32,  Group.BUFFERS, Result.SCALAR, CONTEXT, ANYTHING),
    SKB_UNDER_CGROUP       (33,  Group.BUFFERS, Result.SCALAR, Set.of(CGROUP_ARRAY), CONTEXT, MAP, ANYTHING),
    GET_HASH_RECALC        (34,  Group.BUFFERS, Result.SCALAR, CONTEXT),
    GET_CURRENT_TASK       (35,  Group.TRACERS, Result.SCALAR),
    PROBE_WRITE_USER       (36,  Group.TRACERS, Result.SCALAR, Set.of(), PRIVILEGED, ANYTHING, MEMORY, SIZE),
    CURRENT_TASK_UNDER_CGROUP(37, Group.TRACERS, Result.SCALAR, Set.of(CGROUP_ARRAY), MAP, ANYTHING),
    SKB_CHANGE_TAIL        (38,  Group.BUFFERS, Result.SCALAR, Set.of(), MOVES_PACKET, CONTEXT, ANYTHING, ANYTHING),
    SKB_PULL_DATA          (39,  Group.BUFFERS, Result.SCALAR, Set.of(), MOVES_PACKET, CONTEXT, ANYTHING),
    CSUM_UPDATE            (40,  Group.BUFFERS, Result.SCALAR, CONTEXT, ANYTHING),
    SET_HASH_INVALID       (41,  Group.BUFFERS, Result.NOTHING, CONTEXT),
    GET_NUMA_NODE_ID       (42,  Group.ANY,     Result.SCALAR),
    SKB_CHANGE_HEAD        (43,  Group.BUFFERS, Result.SCALAR, Set.of(), MOVES_PACKET, CONTEXT, ANYTHING, ANYTHING),
    XDP_ADJUST_HEAD        (44,  Group.FRAMES,  Result.SCALAR, Set.of(), MOVES_PACKET, CONTEXT, ANYTHING),
    PROBE_READ_STR         (45,  Group.TRACERS, Result.SCALAR, Set.of(), PRIVILEGED, MEMORY_OUT, SIZE_OR_ZERO, ANYTHING),
    GET_SOCKET_COOKIE      (46,  Group.SOCKETS, Result.SCALAR, CONTEXT),
    GET_SOCKET_UID         (47,  Group.BUFFERS, Result.SCALAR, CONTEXT),
    SET_HASH               (48,  Group.BUFFERS, Result.SCALAR, CONTEXT, ANYTHING),
    SETSOCKOPT             (49,  Group.SOCKETS, Result.SCALAR, CONTEXT, ANYTHING, ANYTHING, MEMORY, SIZE),
    SKB_ADJUST_ROOM        (50,  Group.BUFFERS, Result.SCALAR, Set.of(), MOVES_PACKET, CONTEXT, ANYTHING, ANYTHING, ANYTHING),
    REDIRECT_MAP           (51,  Group.FRAMES,  Result.SCALAR, Set.of(DEVICE_MAP, DEVICE_MAP_HASH, CPU_MAP, XSK_MAP), MAP, ANYTHING, ANYTHING),
    SK_REDIRECT_MAP        (52,  Group.STREAMS, Result.SCALAR, Set.of(SOCKET_MAP), CONTEXT, MAP, ANYTHING, ANYTHING),
    SOCK_MAP_UPDATE        (53,  Group.SOCKETS, Result.SCALAR, Set.of(SOCKET_MAP), CONTEXT, MAP, MAP_KEY, ANYTHING),
    XDP_ADJUST_META        (54,  Group.FRAMES,  Result.SCALAR, Set.of(), MOVES_PACKET, CONTEXT, ANYTHING),
    PERF_EVENT_READ_VALUE  (55,  Group.TRACERS, Result.SCALAR, Set.of(PERF_EVENT_ARRAY), MAP, ANYTHING, MEMORY_OUT, SIZE),
    PERF_PROG_READ_VALUE   (56,  Group.TRACERS, Result.SCALAR, CONTEXT, MEMORY_OUT, SIZE),
    GETSOCKOPT             (57,  Group.SOCKETS, Result.SCALAR, CONTEXT, ANYTHING, ANYTHING, MEMORY_OUT, SIZE),
    OVERRIDE_RETURN        (58,  Group.TRACERS, Result.SCALAR, CONTEXT, ANYTHING),
    SOCK_OPS_CB_FLAGS_SET  (59,  Group.SOCKETS, Result.SCALAR, CONTEXT, ANYTHING),
    XDP_ADJUST_TAIL        (65,  Group.FRAMES,  Result.SCALAR, Set.of(), MOVES_PACKET, CONTEXT, ANYTHING),
    GET_STACK              (67,  Group.TRACERS, Result.SCALAR, CONTEXT, MEMORY_OUT, SIZE_OR_ZERO, ANYTHING),
    SKB_LOAD_BYTES_RELATIVE(68,  Group.BUFFERS, Result.SCALAR, CONTEXT, ANYTHING, MEMORY_OUT, SIZE, ANYTHING),
    FIB_LOOKUP             (69,  Group.PACKETS, Result.SCALAR, CONTEXT, MEMORY_IN_OUT, SIZE, ANYTHING),
    SOCK_HASH_UPDATE       (70,  Group.SOCKETS, Result.SCALAR, Set.of(SOCKET_HASH), CONTEXT, MAP, MAP_KEY, ANYTHING),
    SKB_CGROUP_ID          (79,  Group.BUFFERS, Result.SCALAR, CONTEXT),
    GET_CURRENT_CGROUP_ID  (80,  Group.ANY,     Result.SCALAR),
    SK_LOOKUP_TCP          (84,  Group.PACKETS, Result.acquired(SOCKET), CONTEXT, MEMORY, SIZE, ANYTHING, ANYTHING),
    SK_LOOKUP_UDP          (85,  Group.PACKETS, Result.acquired(SOCKET), CONTEXT, MEMORY, SIZE, ANYTHING, ANYTHING),
    SK_RELEASE             (86,  Group.PACKETS, Result.SCALAR, Argument.Kind.SOCKET),
    MAP_PUSH_ELEM          (87,  Group.ANY,     Result.SCALAR, Group.ORDERED, MAP, MAP_VALUE, ANYTHING),
    MAP_POP_ELEM           (88,  Group.ANY,     Result.SCALAR, Group.ORDERED, MAP, MAP_VALUE_OUT),
    MAP_PEEK_ELEM          (89,  Group.ANY,     Result.SCALAR, Group.ORDERED, MAP, MAP_VALUE_OUT),
    SPIN_LOCK              (93,  Group.ANY,     Result.NOTHING, Set.of(), LOCKS, Argument.Kind.SPIN_LOCK),
    SPIN_UNLOCK            (94,  Group.ANY,     Result.NOTHING, Set.of(), UNLOCKS, Argument.Kind.SPIN_LOCK),
    SKB_ECN_SET_CE         (97,  Group.BUFFERS, Result.SCALAR, Set.of(), WRITES_PACKET, CONTEXT),
    PROBE_READ_USER        (112, Group.ANY,     Result.SCALAR, Set.of(), PRIVILEGED, MEMORY_OUT, SIZE_OR_ZERO, ANYTHING),
    PROBE_READ_KERNEL      (113, Group.ANY,     Result.SCALAR, Set.of(), PRIVILEGED, MEMORY_OUT, SIZE_OR_ZERO, ANYTHING),
    PROBE_READ_USER_STR    (114, Group.ANY,     Result.SCALAR, Set.of(), PRIVILEGED, MEMORY_OUT, SIZE_OR_ZERO, ANYTHING),
    PROBE_READ_KERNEL_STR  (115, Group.ANY,     Result.SCALAR, Set.of(), PRIVILEGED, MEMORY_OUT, SIZE_OR_ZERO, ANYTHING),
    JIFFIES64              (118, Group.ANY,     Result.SCALAR),
    KTIME_GET_BOOT_NS      (125, Group.ANY,     Result.SCALAR),
    RINGBUF_OUTPUT         (130, Group.ANY,     Result.SCALAR, Set.of(RING_BUFFER), MAP, MEMORY, SIZE_OR_ZERO, ANYTHING),
    RINGBUF_RESERVE        (131, Group.ANY,     Result.acquired(Result.Kind.ALLOCATED), Set.of(RING_BUFFER), MAP, RESULT_SIZE, ANYTHING),
    RINGBUF_SUBMIT         (132, Group.ANY,     Result.NOTHING, ALLOCATED, ANYTHING),
    RINGBUF_DISCARD        (133, Group.ANY,     Result.NOTHING, ALLOCATED, ANYTHING),
    RINGBUF_QUERY          (134, Group.ANY,     Result.SCALAR, Set.of(RING_BUFFER), MAP, ANYTHING),
    CSUM_LEVEL             (135, Group.BUFFERS, Result.SCALAR, CONTEXT, ANYTHING),
    SKB_CGROUP_CLASSID     (151, Group.BUFFERS, Result.SCALAR, CONTEXT),
    REDIRECT_PEER          (155, Group.BUFFERS, Result.SCALAR, ANYTHING, ANYTHING),
    KTIME_GET_COARSE_NS    (160, Group.ANY,     Result.SCALAR),
    FOR_EACH_MAP_ELEM      (164, Group.ANY,     Result.SCALAR, Group.WALKED, MAP, FUNCTION, Argument.Kind.STACK, ANYTHING),
    SNPRINTF               (165, Group.ANY,     Result.SCALAR, MEMORY_OUT, SIZE_OR_ZERO, TEXT, MEMORY, SIZE_OR_ZERO),
    GET_FUNC_IP            (173, Group.TRACERS, Result.SCALAR, CONTEXT),
    GET_ATTACH_COOKIE      (174, Group.TRACERS, Result.SCALAR, CONTEXT),
    LOOP                   (181, Group.ANY,     Result.SCALAR, ANYTHING, FUNCTION, Argument.Kind.STACK, ANYTHING),
    STRNCMP                (182, Group.ANY,     Result.number(Integer.MIN_VALUE, Integer.MAX_VALUE), MEMORY, SIZE, TEXT),
    XDP_GET_BUFF_LEN       (188, Group.FRAMES,  Result.SCALAR, CONTEXT),
    XDP_LOAD_BYTES         (189, Group.FRAMES,  Result.SCALAR, CONTEXT, ANYTHING, MEMORY_OUT, SIZE),
    XDP_STORE_BYTES        (190, Group.FRAMES,  Result.SCALAR, Set.of(), WRITES_PACKET, CONTEXT, ANYTHING, MEMORY, SIZE),
    MAP_LOOKUP_PERCPU_ELEM (195, Group.ANY,     Result.MAP_VALUE_OR_NULL, Group.BY_THREAD, MAP, MAP_KEY, ANYTHING),
    KTIME_GET_TAI_NS       (208, Group.ANY,     Result.SCALAR);
    // @formatter:on

    /** Kinds of programs that may call a helper, of maps that it takes. */
    private static final class Group {
        static final Set<ProgramKind> ANY = Set.of();
        static final Set<ProgramKind> FRAMES = Set.of(XDP);
        static final Set<ProgramKind> TRACERS =
                Set.of(KPROBE, TRACEPOINT, RAW_TRACEPOINT, PERF_EVENT, TRACING, LSM, SYSCALL);
        static final Set<ProgramKind> BUFFERS = Set.of(
                SOCKET_FILTER,
                TRAFFIC_CLASSIFIER,
                TRAFFIC_ACTION,
                CGROUP_SKB,
                LWT_IN,
                LWT_OUT,
                LWT_XMIT,
                LWT_SEG6LOCAL,
                SK_SKB,
                FLOW_DISSECTOR);
        static final Set<ProgramKind> PACKETS = with(BUFFERS, XDP);
        static final Set<ProgramKind> STREAMS = Set.of(SK_SKB);
        static final Set<ProgramKind> SOCKETS = with(BUFFERS, SOCK_OPS, CGROUP_SOCK, CGROUP_SOCK_ADDR, CGROUP_SOCKOPT);

        static final Set<MapKind> CHANGED =
                Set.of(HASH, ARRAY, PER_THREAD_HASH, PER_THREAD_ARRAY, LRU_HASH, LRU_PER_THREAD_HASH, LPM_TRIE);
        static final Set<MapKind> LOOKED_UP = with(CHANGED, ARRAY_OF_MAPS, HASH_OF_MAPS);
        static final Set<MapKind> WALKED =
                Set.of(HASH, ARRAY, PER_THREAD_HASH, PER_THREAD_ARRAY, LRU_HASH, LRU_PER_THREAD_HASH);
        static final Set<MapKind> BY_THREAD = Set.of(PER_THREAD_HASH, PER_THREAD_ARRAY, LRU_PER_THREAD_HASH);
        static final Set<MapKind> ORDERED = Set.of(QUEUE, MapKind.STACK);

        @SafeVarargs
        private static <T> Set<T> with(Set<T> set, T... more) {
            List<T> all = new ArrayList<>(set);
            all.addAll(List.of(more));
            return Set.copyOf(all);
        }
    }

    private static final HelperSignature[] BY_NUMBER = new HelperSignature[256];

    static {
        for (LinuxHelper helper : values()) {
            BY_NUMBER[helper.signature.number()] = helper.signature;
        }
    }

    private final HelperSignature signature;

    LinuxHelper(int number, Set<ProgramKind> programs, Result result, Argument.Kind... arguments) {
        this(number, programs, result, Set.of(), null, arguments);
    }

    LinuxHelper(int number, Set<ProgramKind> programs, Result result, Set<MapKind> maps, Argument.Kind... arguments) {
        this(number, programs, result, maps, null, arguments);
    }

    LinuxHelper(
            int number,
            Set<ProgramKind> programs,
            Result result,
            Set<MapKind> maps,
            HelperSignature.Effect effect,
            Argument.Kind... kinds) {
        List<Argument> arguments = new ArrayList<>();
        for (int i = 0; i < kinds.length; i++) {
            boolean maybeEmpty = i + 1 < kinds.length && kinds[i + 1] == SIZE_OR_ZERO;
            boolean nullable = kinds[i] == Argument.Kind.STACK || maybeEmpty;
            arguments.add(new Argument(kinds[i], nullable, 0, i == 0 && releases(number)));
        }
        this.signature = new HelperSignature(
                number,
                name().toLowerCase(Locale.ROOT),
                arguments,
                result,
                effect == null ? Set.of() : Set.of(effect),
                callback(number),
                maps,
                programs);
    }

    /** Whether the first argument is a reference that ends. */
    private static boolean releases(int number) {
        return number == 86 || number == 132 || number == 133;
    }

    private static Callback callback(int number) {
        return switch (number) {
            case 164 ->
                new Callback(
                        List.of(Parameter.MAP, Parameter.MAP_KEY, Parameter.MAP_VALUE, Parameter.PASSED),
                        true,
                        true,
                        0);
            case 181 -> new Callback(List.of(Parameter.INDEX, Parameter.PASSED), true, true, 1);
            default -> null;
        };
    }

    /** How programs call it. */
    public HelperSignature signature() {
        return signature;
    }

    /** The signature of the helper with a number, or null. */
    public static HelperSignature signature(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }
}
