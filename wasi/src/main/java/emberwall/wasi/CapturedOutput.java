package emberwall.wasi;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Keeps what a guest prints, up to a limit; what comes beyond it is counted and dropped, without the guest noticing. For
 * {@link WasiBuilder#stdout} and {@link WasiBuilder#stderr}; one object may serve both, and then keeps the order.
 *
 * <pre>{@code
 * CapturedOutput printed = new CapturedOutput(1 << 20);
 * Wasi wasi = Wasi.builder().stdout(printed).build();
 * }</pre>
 *
 * Thread-safe: it may be read while the guest runs.
 */
public final class CapturedOutput extends OutputStream {
    private final int limit;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private long total;

    /**
     * Nothing yet.
     *
     * @param limit most bytes to keep
     * @throws IllegalArgumentException if the limit is below 0
     */
    public CapturedOutput(int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit below 0: " + limit);
        }
        this.limit = limit;
    }

    /** Takes one byte, the low eight bits of {@code b}. */
    @Override
    public synchronized void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /** Takes {@code length} bytes of an array, from {@code offset} on. */
    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        kept.write(bytes, offset, Math.min(length, limit - kept.size()));
        total += length;
    }

    /** {@return a copy of the bytes that were kept} */
    public synchronized byte[] bytes() {
        return kept.toByteArray();
    }

    /** {@return the bytes that were kept as UTF-8; what is none, such as a character cut by the limit, reads as U+FFFD} */
    public synchronized String text() {
        return kept.toString(StandardCharsets.UTF_8);
    }

    /** {@return how many bytes were printed, those included that were dropped} */
    public synchronized long total() {
        return total;
    }

    /** {@return whether bytes were dropped} */
    public synchronized boolean truncated() {
        return total > kept.size();
    }
}
