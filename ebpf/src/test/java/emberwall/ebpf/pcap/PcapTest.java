package emberwall.ebpf.pcap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Captures as the two drafts describe them, written here field by field. */
class PcapTest {
    private static final byte[] DATA = {1, 2, 3, 4, 5};

    private static List<CapturedPacket> read(byte[] file) throws IOException {
        List<CapturedPacket> packets = new ArrayList<>();
        try (PcapReader reader = new PcapReader(new ByteArrayInputStream(file))) {
            for (CapturedPacket next = reader.next(); next != null; next = reader.next()) {
                packets.add(next);
            }
        }
        return packets;
    }

    private static byte[] classic(int magic, ByteOrder order) {
        ByteBuffer file = ByteBuffer.allocate(24 + 16 + 5 + 16).order(order);
        file.putInt(magic)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(65535)
                .putInt(1);
        file.putInt(7).putInt(123).putInt(5).putInt(60).put(DATA);
        file.putInt(8).putInt(0).putInt(0).putInt(0);
        return file.array();
    }

    @ParameterizedTest
    @CsvSource({"a1b2c3d4, true, 1000", "a1b2c3d4, false, 1000", "a1b23c4d, true, 1", "a1b23c4d, false, 1"})
    void classicCaptures(String magic, boolean little, long unit) throws IOException {
        ByteOrder order = little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        byte[] file = classic(Integer.parseUnsignedInt(magic, 16), order);
        List<CapturedPacket> packets = read(file);
        assertEquals(2, packets.size());
        assertEquals(7_000_000_000L + 123 * unit, packets.getFirst().nanos());
        assertArrayEquals(DATA, packets.getFirst().data());
        assertEquals(60, packets.getFirst().length());
        assertEquals(CapturedPacket.ETHERNET, packets.getFirst().linkType());
        assertEquals(0, packets.get(1).data().length);
        refusedWhereItIsCut(file, 24, 45);
    }

    /** Cut anywhere, a capture is read to its last whole packet, and then refused with the place where it ends. */
    private static void refusedWhereItIsCut(byte[] file, int... ends) {
        for (int cut = 0; cut < file.length; cut++) {
            byte[] part = Arrays.copyOf(file, cut);
            if (Arrays.stream(ends).anyMatch(end -> end == part.length)) {
                continue; // between packets
            }
            PcapException refusal = assertThrows(PcapException.class, () -> read(part));
            assertTrue(refusal.getMessage().endsWith("at offset " + cut), refusal.getMessage());
        }
    }

    private static void block(ByteArrayOutputStream file, ByteOrder order, int type, ByteBuffer body) {
        int length = 12 + (body.position() + 3 & -4);
        ByteBuffer block = ByteBuffer.allocate(length).order(order);
        block.putInt(type).putInt(length).put(body.array(), 0, body.position());
        block.putInt(length - 4, length);
        file.writeBytes(block.array());
    }

    private static byte[] blocks(ByteOrder order, List<Integer> ends) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ByteBuffer body = ByteBuffer.allocate(100).order(order);
        block(file, order, 0x0A0D0D0A, body.putInt(0x1A2B3C4D).putInt(1).putLong(-1));
        ends.add(file.size());
        body.clear();
        // Ethernet, all bytes kept; a comment, then nanoseconds
        body.putShort((short) 1).putShort((short) 0).putInt(0);
        body.putShort((short) 1).putShort((short) 3).put(new byte[] {'a', 'b', 'c', 0});
        body.putShort((short) 9)
                .putShort((short) 1)
                .put(new byte[] {9, 0, 0, 0})
                .putInt(0);
        block(file, order, 1, body);
        ends.add(file.size());
        body.clear(); // microseconds, two bytes kept
        block(file, order, 1, body.putShort((short) 113).putShort((short) 0).putInt(2));
        ends.add(file.size());
        body.clear();
        long nanos = 1_700_000_000_123_456_789L;
        body.putInt(0)
                .putInt((int) (nanos >> 32))
                .putInt((int) nanos)
                .putInt(5)
                .putInt(70)
                .put(DATA);
        block(file, order, 6, body);
        ends.add(file.size());
        body.clear();
        body.putInt(1).putInt(0).putInt(55).putInt(2).putInt(9).put(DATA, 0, 2);
        block(file, order, 6, body);
        ends.add(file.size());
        body.clear();
        block(file, order, 3, body.putInt(5).put(DATA));
        ends.add(file.size());
        body.clear();
        block(file, order, 5, body.putInt(0)); // statistics
        ends.add(file.size());
        return file.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void blocksOfPcapng(boolean little) throws IOException {
        List<Integer> ends = new ArrayList<>();
        byte[] file = blocks(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN, ends);
        List<CapturedPacket> packets = read(file);
        assertEquals(3, packets.size());
        assertEquals(1_700_000_000_123_456_789L, packets.getFirst().nanos());
        assertArrayEquals(DATA, packets.getFirst().data());
        assertEquals(70, packets.getFirst().length());
        assertEquals(55_000, packets.get(1).nanos());
        assertEquals(113, packets.get(1).linkType());
        assertArrayEquals(new byte[] {1, 2}, packets.get(1).data());
        assertArrayEquals(DATA, packets.get(2).data());
        refusedWhereItIsCut(file, ends.stream().mapToInt(Integer::intValue).toArray());
    }

    @Test
    void damagedCapturesAreRefusedOrRead() {
        Random random = new Random(11);
        byte[][] files = {
            classic(0xA1B2C3D4, ByteOrder.LITTLE_ENDIAN),
            blocks(ByteOrder.LITTLE_ENDIAN, new ArrayList<>()),
            blocks(ByteOrder.BIG_ENDIAN, new ArrayList<>())
        };
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] file = files[i % files.length].clone();
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                file[random.nextInt(file.length)] = (byte) (random.nextBoolean() ? random.nextInt() : -1);
            }
            try {
                read(file);
            } catch (PcapException expected) {
                refused++;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        assertTrue(refused > 1000 && refused < 19_000, refused + " refused");
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (PcapWriter writer = new PcapWriter(file, 1)) {
            writer.write(1_700_000_000_000_000_001L, DATA, 5);
            writer.write(2, new byte[0], 1500);
        }
        List<CapturedPacket> packets = read(file.toByteArray());
        assertEquals(1_700_000_000_000_000_001L, packets.getFirst().nanos());
        assertArrayEquals(DATA, packets.getFirst().data());
        assertEquals(1500, packets.get(1).length());
    }
}
