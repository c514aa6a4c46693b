package emberwall.ebpf.host;

/** What a packet says of itself, read here without any of the programs: offsets of headers, or -1 where there is none. */
final class Header {
    final byte[] bytes;

    /** Of an IPv4 header that is there with all of its options, behind up to two tags. */
    int ip = -1;

    int protocol;
    int transport = -1;

    Header(byte[] bytes) {
        this.bytes = bytes;
        if (bytes.length < 14) {
            return;
        }
        int at = 14;
        int type = u16(12);
        for (int tags = 0; tags < 2 && (type == 0x8100 || type == 0x88A8); tags++) {
            if (bytes.length < at + 4) {
                return;
            }
            type = u16(at + 2);
            at += 4;
        }
        if (type != 0x0800 || bytes.length < at + 20 || u8(at) >> 4 != 4) {
            return;
        }
        int length = (u8(at) & 15) * 4;
        if (length >= 20 && bytes.length >= at + length) {
            ip = at;
            protocol = u8(at + 9);
            transport = at + length;
        }
    }

    boolean isIpv4() {
        return ip >= 0;
    }

    /** Whether the header of TCP or UDP is there, too. */
    boolean has(int wanted) {
        return isIpv4() && protocol == wanted && bytes.length >= transport + (wanted == 6 ? 20 : 8);
    }

    int u8(int at) {
        return bytes[at] & 0xFF;
    }

    int u16(int at) {
        return u8(at) << 8 | u8(at + 1);
    }

    int i32(int at) {
        return u16(at) << 16 | u16(at + 2);
    }

    int sender() {
        return i32(ip + 12);
    }
}
