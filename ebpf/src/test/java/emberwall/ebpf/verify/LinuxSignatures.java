package emberwall.ebpf.verify;

import emberwall.ebpf.ProgramKind;
import emberwall.ebpf.helper.Argument;
import emberwall.ebpf.helper.Argument.Kind;
import emberwall.ebpf.helper.Callback;
import emberwall.ebpf.helper.HelperSignature;
import emberwall.ebpf.helper.HelperSignature.Effect;
import emberwall.ebpf.helper.Result;
import emberwall.ebpf.map.MapKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Helpers of Linux that the samples call, as far as verifying them goes. */
final class LinuxSignatures {
    private static final Argument ANY = Argument.of(Kind.ANYTHING);
    private static final Argument NUMBER = Argument.of(Kind.SCALAR);
    private static final Argument CONTEXT = Argument.of(Kind.CONTEXT);
    private static final Argument MAP = Argument.of(Kind.MAP);
    private static final Argument KEY = Argument.of(Kind.MAP_KEY);
    private static final Argument VALUE = Argument.of(Kind.MAP_VALUE);
    private static final Argument IN = Argument.of(Kind.MEMORY);
    private static final Argument OUT = Argument.of(Kind.MEMORY_OUT);
    private static final Argument SIZE = Argument.of(Kind.SIZE);
    private static final Argument SIZE_OR_ZERO = Argument.of(Kind.SIZE_OR_ZERO);

    private static final Map<Integer, HelperSignature> BY_NUMBER = new HashMap<>();

    private LinuxSignatures() {}

    static HelperSignature of(int number) {
        return BY_NUMBER.get(number);
    }

    private static void add(HelperSignature helper) {
        BY_NUMBER.put(helper.number(), helper);
    }

    private static HelperSignature helper(int number, String name, Result result, Argument... arguments) {
        return new HelperSignature(number, name, result, arguments);
    }

    static {
        MapKind[] keyed = {
            MapKind.HASH, MapKind.ARRAY, MapKind.PER_THREAD_HASH, MapKind.PER_THREAD_ARRAY, MapKind.LRU_HASH,
            MapKind.LRU_PER_THREAD_HASH, MapKind.LPM_TRIE, MapKind.ARRAY_OF_MAPS, MapKind.HASH_OF_MAPS, MapKind.XSK_MAP
        };
        ProgramKind[] packets = {
            ProgramKind.TRAFFIC_CLASSIFIER, ProgramKind.TRAFFIC_ACTION, ProgramKind.SOCKET_FILTER,
                    ProgramKind.CGROUP_SKB,
            ProgramKind.LWT_IN, ProgramKind.LWT_OUT, ProgramKind.LWT_XMIT, ProgramKind.SK_SKB
        };
        // @formatter:off
        add(helper(1, "map_lookup_elem", Result.MAP_VALUE_OR_NULL, MAP, KEY).maps(keyed));
        add(helper(2, "map_update_elem", Result.ERROR, MAP, KEY, VALUE, NUMBER).maps(keyed));
        add(helper(3, "map_delete_elem", Result.ERROR, MAP, KEY).maps(keyed));
        add(helper(4, "probe_read", Result.ERROR, OUT, SIZE_OR_ZERO, ANY));
        add(helper(5, "ktime_get_ns", Result.SCALAR));
        add(helper(6, "trace_printk", Result.SCALAR, IN, SIZE));
        add(helper(7, "get_prandom_u32", Result.SCALAR));
        add(helper(8, "get_smp_processor_id", Result.SCALAR));
        add(helper(9, "skb_store_bytes", Result.ERROR, CONTEXT, ANY, IN, SIZE, ANY).with(Effect.MOVES_PACKET).programs(packets));
        add(helper(10, "l3_csum_replace", Result.ERROR, CONTEXT, ANY, ANY, ANY, ANY).with(Effect.MOVES_PACKET).programs(packets));
        add(helper(11, "l4_csum_replace", Result.ERROR, CONTEXT, ANY, ANY, ANY, ANY).with(Effect.MOVES_PACKET).programs(packets));
        add(helper(12, "tail_call", Result.SCALAR, CONTEXT, MAP, ANY).maps(MapKind.PROGRAM_ARRAY).with(Effect.TAIL_CALL));
        add(helper(13, "clone_redirect", Result.SCALAR, CONTEXT, ANY, ANY).with(Effect.MOVES_PACKET).programs(packets));
        add(helper(14, "get_current_pid_tgid", Result.SCALAR));
        add(helper(15, "get_current_uid_gid", Result.SCALAR));
        add(helper(16, "get_current_comm", Result.ERROR, OUT, SIZE));
        add(helper(18, "skb_vlan_push", Result.ERROR, CONTEXT, ANY, ANY).with(Effect.MOVES_PACKET).programs(packets));
        add(helper(19, "skb_vlan_pop", Result.ERROR, CONTEXT).with(Effect.MOVES_PACKET).programs(packets));
        add(helper(20, "skb_get_tunnel_key", Result.ERROR, CONTEXT, OUT, SIZE, ANY).programs(packets));
        add(helper(21, "skb_set_tunnel_key", Result.ERROR, CONTEXT, IN, SIZE, ANY).programs(packets));
        add(helper(22, "perf_event_read", Result.SCALAR, MAP, ANY).maps(MapKind.PERF_EVENT_ARRAY));
        add(helper(23, "redirect", Result.SCALAR, ANY, ANY));
        add(helper(25, "perf_event_output", Result.ERROR, CONTEXT, MAP, ANY, IN, SIZE_OR_ZERO).maps(MapKind.PERF_EVENT_ARRAY));
        add(helper(26, "skb_load_bytes", Result.ERROR, CONTEXT, ANY, OUT, SIZE).programs(packets));
        add(helper(27, "get_stackid", Result.SCALAR, CONTEXT, MAP, ANY).maps(MapKind.STACK_TRACE));
        add(helper(28, "csum_diff", Result.SCALAR, IN.orNull(), SIZE_OR_ZERO, IN.orNull(), SIZE_OR_ZERO, ANY));
        add(helper(29, "skb_get_tunnel_opt", Result.SCALAR, CONTEXT, OUT, SIZE).programs(packets));
        add(helper(30, "skb_set_tunnel_opt", Result.SCALAR, CONTEXT, IN, SIZE).programs(packets));
        add(helper(34, "get_hash_recalc", Result.SCALAR, CONTEXT).programs(packets));
        add(helper(36, "probe_write_user", Result.ERROR, ANY, IN, SIZE));
        add(helper(37, "current_task_under_cgroup", Result.SCALAR, MAP, ANY).maps(MapKind.CGROUP_ARRAY));
        add(helper(38, "skb_change_tail", Result.ERROR, CONTEXT, ANY, ANY).with(Effect.MOVES_PACKET).programs(packets));
        add(helper(43, "skb_change_head", Result.ERROR, CONTEXT, ANY, ANY).with(Effect.MOVES_PACKET).programs(packets));
        add(helper(44, "xdp_adjust_head", Result.ERROR, CONTEXT, ANY).with(Effect.MOVES_PACKET).programs(ProgramKind.XDP));
        add(helper(49, "setsockopt", Result.ERROR, CONTEXT, ANY, ANY, IN, SIZE).programs(ProgramKind.SOCK_OPS, ProgramKind.CGROUP_SOCK_ADDR));
        add(helper(51, "redirect_map", Result.SCALAR, MAP, ANY, ANY).maps(MapKind.DEVICE_MAP, MapKind.DEVICE_MAP_HASH, MapKind.CPU_MAP, MapKind.XSK_MAP));
        add(helper(53, "sock_map_update", Result.ERROR, CONTEXT, MAP, KEY, ANY).maps(MapKind.SOCKET_MAP).programs(ProgramKind.SOCK_OPS));
        add(helper(55, "perf_event_read_value", Result.ERROR, MAP, ANY, OUT, SIZE).maps(MapKind.PERF_EVENT_ARRAY));
        add(helper(57, "getsockopt", Result.ERROR, CONTEXT, ANY, ANY, OUT, SIZE).programs(ProgramKind.SOCK_OPS, ProgramKind.CGROUP_SOCK_ADDR));
        add(helper(58, "override_return", Result.SCALAR, CONTEXT, ANY));
        add(helper(59, "sock_ops_cb_flags_set", Result.SCALAR, CONTEXT, ANY).programs(ProgramKind.SOCK_OPS));
        add(helper(65, "xdp_adjust_tail", Result.ERROR, CONTEXT, ANY).with(Effect.MOVES_PACKET).programs(ProgramKind.XDP));
        add(helper(84, "sk_lookup_tcp", Result.acquired(Result.Kind.SOCKET), CONTEXT, IN, SIZE, ANY, ANY));
        add(helper(86, "sk_release", Result.ERROR, Argument.of(Kind.SOCKET).release()));
        add(helper(93, "spin_lock", Result.NOTHING, Argument.of(Kind.SPIN_LOCK)).with(Effect.LOCKS));
        add(helper(94, "spin_unlock", Result.NOTHING, Argument.of(Kind.SPIN_LOCK)).with(Effect.UNLOCKS));
        add(helper(113, "probe_read_kernel", Result.ERROR, OUT, SIZE_OR_ZERO, ANY));
        add(helper(131, "ringbuf_reserve", Result.acquired(Result.Kind.ALLOCATED), MAP, Argument.of(Kind.RESULT_SIZE), ANY).maps(MapKind.RING_BUFFER));
        add(helper(132, "ringbuf_submit", Result.NOTHING, Argument.of(Kind.ALLOCATED).release(), ANY));
        add(helper(133, "ringbuf_discard", Result.NOTHING, Argument.of(Kind.ALLOCATED).release(), ANY));
        add(helper(164, "for_each_map_elem", Result.SCALAR, MAP, Argument.of(Kind.FUNCTION), Argument.of(Kind.STACK).orNull(), ANY)
                .calls(new Callback(List.of(Callback.Parameter.MAP, Callback.Parameter.MAP_KEY, Callback.Parameter.MAP_VALUE,
                        Callback.Parameter.PASSED), true, true, 0)));
        add(helper(181, "loop", Result.SCALAR, NUMBER, Argument.of(Kind.FUNCTION), Argument.of(Kind.STACK).orNull(), ANY)
                .calls(new Callback(List.of(Callback.Parameter.INDEX, Callback.Parameter.PASSED), true, true, 1)));
        // @formatter:on
    }
}
