package emberwall.ebpf.map;

/** What a map is, with the number that Linux gives it ({@code bpf_map_type}). */
public enum MapKind {
    // @formatter:off
    //                     number  values are reached by address
    UNSPECIFIED           ( 0, false),
    HASH                  ( 1, true),
    ARRAY                 ( 2, true),
    PROGRAM_ARRAY         ( 3, false),
    PERF_EVENT_ARRAY      ( 4, false),
    PER_THREAD_HASH       ( 5, true),
    PER_THREAD_ARRAY      ( 6, true),
    STACK_TRACE           ( 7, false),
    CGROUP_ARRAY          ( 8, false),
    LRU_HASH              ( 9, true),
    LRU_PER_THREAD_HASH   (10, true),
    LPM_TRIE              (11, true),
    ARRAY_OF_MAPS         (12, false),
    HASH_OF_MAPS          (13, false),
    DEVICE_MAP            (14, false),
    SOCKET_MAP            (15, false),
    CPU_MAP               (16, false),
    XSK_MAP               (17, false),
    SOCKET_HASH           (18, false),
    CGROUP_STORAGE        (19, true),
    REUSEPORT_SOCKET_ARRAY(20, false),
    PER_CPU_CGROUP_STORAGE(21, true),
    QUEUE                 (22, false),
    STACK                 (23, false),
    SOCKET_STORAGE        (24, true),
    DEVICE_MAP_HASH       (25, false),
    STRUCT_OPS            (26, false),
    RING_BUFFER           (27, false),
    INODE_STORAGE         (28, true),
    TASK_STORAGE          (29, true),
    BLOOM_FILTER          (30, false),
    USER_RING_BUFFER      (31, false),
    CGROUP_LOCAL_STORAGE  (32, true),
    ARENA                 (33, false);
    // @formatter:on

    private static final MapKind[] KINDS = values();

    private final int number;
    private final boolean addressable;

    MapKind(int number, boolean addressable) {
        this.number = number;
        this.addressable = addressable;
    }

    /** The kernel's number. */
    public int number() {
        return number;
    }

    /** Whether looking a key up gives a program the address of a value that it may read and write. */
    public boolean isAddressable() {
        return addressable;
    }

    /** Whether a value is another map. */
    public boolean holdsMaps() {
        return this == ARRAY_OF_MAPS || this == HASH_OF_MAPS;
    }

    /** Whether each lane (see {@link Lanes}) has values of its own. */
    public boolean isPerThread() {
        return this == PER_THREAD_ARRAY || this == PER_THREAD_HASH || this == LRU_PER_THREAD_HASH;
    }

    /** Whether keys are the indices from 0. */
    public boolean isArray() {
        return switch (this) {
            case ARRAY, PER_THREAD_ARRAY, PROGRAM_ARRAY, ARRAY_OF_MAPS, PERF_EVENT_ARRAY, CGROUP_ARRAY -> true;
            default -> false;
        };
    }

    /** The kind with the kernel's {@code number}, or null. */
    public static MapKind of(int number) {
        return number >= 0 && number < KINDS.length ? KINDS[number] : null;
    }
}
