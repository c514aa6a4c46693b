package emberwall.ebpf.host;

/**
 * What a run came to.
 *
 * @param result r0; of packet programs the verdict, such as {@code XDP_PASS}
 * @param data packet or event as the program left it
 * @param <T> what the program ran over
 */
public record Answer<T>(long result, T data) {}
