package emberwall.wasi;

/** Well-formedness of UTF-8 (Unicode, table 3-7). */
final class Utf8 {
    private Utf8() {}

    /** Whether these bytes are well-formed. */
    static boolean valid(byte[] bytes) {
        int i = 0;
        while (i < bytes.length) {
            int lead = bytes[i++] & 0xff;
            if (lead < 0x80) {
                continue;
            }
            int more = lead < 0xc2 ? -1 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : -1;
            if (more < 0 || i + more > bytes.length || !second(lead, bytes[i] & 0xff)) {
                return false;
            }
            for (int k = 1; k < more; k++) {
                if ((bytes[i + k] & 0xc0) != 0x80) {
                    return false;
                }
            }
            i += more;
        }
        return true;
    }

    /** The second byte's range depends on the first: nothing overlong, no surrogates, nothing past U+10FFFF. */
    private static boolean second(int lead, int second) {
        int from = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
        int to = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
        return second >= from && second <= to;
    }
}
