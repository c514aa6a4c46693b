package emberwall.ebpf.helper;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Sums in ones' complement, as in headers of the internet protocols (RFC 1071). */
final class Checksum {
    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED;

    private Checksum() {}

    /** The sum of 32-bit words, with what is carried out added again; of their complements where {@code complement}. */
    static long sum(MemorySegment words, boolean complement, long seed) {
        long sum = seed;
        for (long at = 0; at < words.byteSize(); at += 4) {
            int word = words.get(WORD, at);
            sum += (complement ? ~word : word) & 0xFFFF_FFFFL;
        }
        return fold(sum);
    }

    /** 16 bits that are the same in ones' complement. */
    static long fold(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xFFFF) + (folded >>> 16);
        }
        return folded;
    }

    /** A checksum field after {@code from} became {@code to}: RFC 1624, equation 3. */
    static int replaced(int checksum, long from, long to) {
        long sum = (~checksum & 0xFFFF) + fold(~from & 0xFFFF_FFFFL) + fold(to & 0xFFFF_FFFFL);
        return (int) ~fold(sum) & 0xFFFF;
    }
}
