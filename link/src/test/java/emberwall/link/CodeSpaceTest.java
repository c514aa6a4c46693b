package emberwall.link;

import static emberwall.asm.x64.Reg.RAX;
import static emberwall.asm.x64.Reg.RDI;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.asm.Reloc;
import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Mem;
import emberwall.os.Errno;
import emberwall.os.Native;
import emberwall.os.OsException;
import emberwall.os.Pages;
import emberwall.os.RawMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CodeSpaceTest {
    private static final byte INT3 = (byte) 0xCC;

    @AfterEach
    void noFaults() {
        Pages.inject(null);
    }

    private static Assembler constant(int value) {
        Assembler a = new Assembler();
        a.movi(RAX, value);
        a.ret();
        return a;
    }

    private static long run(long address) {
        return Native.call(address, 0, 0, 0);
    }

    @ParameterizedTest
    @EnumSource(Pages.Views.class)
    void publishedCodeRuns(Pages.Views views) {
        try (CodeSpace space = CodeSpace.reserve(1 << 20, views)) {
            CodeBlob seven = space.publish(constant(7), "seven");
            CodeBlob eight = space.publish(new byte[] {(byte) 0xB8, 8, 0, 0, 0, (byte) 0xC3, 99}, 6, "eight");
            assertEquals(7, run(seven.address()));
            assertEquals(8, run(eight.address()));
            assertEquals(0, eight.address() % 16);
            assertEquals(6, eight.length());
            assertEquals("eight", eight.owner());
            assertSame(eight, space.find(eight.address() + 5));
            assertEquals(INT3, RawMemory.getByte(eight.end()));
            assertEquals(seven.length() + 6, space.codeBytes());
        }
    }

    @Test
    void relocationsAreBoundToThePlace() {
        try (CodeSpace space = CodeSpace.reserve(1 << 20)) {
            CodeBlob callee = space.publish(constant(5), null);
            long cell = space.allocateCells(1);
            space.setCell(cell, callee.address());
            Assembler a = new Assembler();
            a.subi(emberwall.asm.x64.Reg.RSP, 8);
            a.callAddress(callee.address()); // 5
            a.mov(RDI, RAX);
            a.callm(Mem.address(cell)); // 5
            a.add(RAX, RDI);
            a.movAddress(emberwall.asm.x64.Reg.RCX, callee.address());
            a.sub(emberwall.asm.x64.Reg.RCX, Mem.address(cell)); // 0
            a.add(RAX, emberwall.asm.x64.Reg.RCX);
            a.addi(emberwall.asm.x64.Reg.RSP, 8);
            a.ret();
            assertEquals(10, run(space.publish(a, null).address()));
        }
    }

    @Test
    void aTargetOutOfReachIsAnErrorAndTakesNoSpace() {
        try (CodeSpace space = CodeSpace.reserve(1 << 20)) {
            Assembler a = new Assembler();
            a.callAddress(space.base() + (1L << 33));
            assertThrows(IllegalStateException.class, () -> space.publish(a, null));
            assertEquals(Reloc.PC32, a.relocKind(0));
            assertEquals(space.base(), space.publish(constant(1), null).address());
        }
    }

    @Test
    void cellsArePatchedWhileCodeGoesThroughThem() throws InterruptedException {
        try (CodeSpace space = CodeSpace.reserve(1 << 20)) {
            CodeBlob one = space.publish(constant(1), null);
            CodeBlob two = space.publish(constant(2), null);
            long cell = space.allocateCells(1);
            space.setCell(cell, one.address());
            Assembler a = new Assembler();
            a.jmpm(Mem.address(cell));
            CodeBlob jump = space.publish(a, null);
            AtomicBoolean done = new AtomicBoolean();
            AtomicReference<String> wrong = new AtomicReference<>();
            Thread runner = Thread.ofPlatform().start(() -> {
                while (!done.get()) {
                    long got = run(jump.address());
                    if (got != 1 && got != 2) {
                        wrong.set("got " + got);
                    }
                }
            });
            for (int i = 0; i < 200_000; i++) {
                space.setCell(cell, (i & 1) == 0 ? two.address() : one.address());
            }
            space.setCell(cell, two.address());
            assertEquals(2, run(jump.address()));
            assertEquals(two.address(), space.cell(cell));
            done.set(true);
            runner.join();
            assertNull(wrong.get());
        }
    }

    @Test
    void codeAndCellsShareNoPage() {
        try (CodeSpace space = CodeSpace.reserve(1 << 16)) {
            long lowestCell = Long.MAX_VALUE;
            long highestCode = 0;
            Random random = new Random(1);
            try {
                for (int i = 0; ; i++) {
                    if ((i & 1) == 0) {
                        lowestCell = Math.min(lowestCell, space.allocateCells(1 + random.nextInt(20)));
                    } else {
                        int length = 1 + random.nextInt(500);
                        highestCode = Math.max(
                                highestCode,
                                space.publish(new byte[length], length, null).end());
                    }
                }
            } catch (OsException full) {
                assertEquals(Errno.ENOMEM, full.errno());
            }
            assertTrue(highestCode / 4096 < lowestCell / 4096);
        }
    }

    @Test
    void cellsAreZeroAndReused() {
        try (CodeSpace space = CodeSpace.reserve(1 << 20)) {
            long cells = space.allocateCells(100);
            assertEquals(0, cells % 16);
            for (int i = 0; i < 100; i++) {
                assertEquals(0, space.cell(cells + 8 * i));
                space.setCell(cells + 8 * i, i + 1);
            }
            space.freeCells(cells, 100);
            long again = space.allocateCells(100);
            assertEquals(cells, again);
            assertEquals(0, space.cell(again + 8 * 50));
        }
    }

    @Test
    void freedCodeIsGoneAndItsPlaceReused() {
        try (CodeSpace space = CodeSpace.reserve(1 << 20)) {
            CodeBlob first = space.publish(constant(1), null);
            CodeBlob second = space.publish(constant(2), null);
            space.free(first);
            assertNull(space.find(first.address()));
            for (int i = 0; i < first.length(); i++) {
                assertEquals(INT3, RawMemory.getByte(first.address() + i));
            }
            assertThrows(IllegalArgumentException.class, () -> space.free(first));
            CodeBlob third = space.publish(constant(3), null);
            assertEquals(first.address(), third.address());
            assertEquals(3, run(third.address()));
            assertEquals(2, run(second.address()));
        }
    }

    @Test
    void aFullSpaceSaysSo() {
        try (CodeSpace space = CodeSpace.reserve(1 << 16)) {
            OsException full = assertThrows(OsException.class, () -> space.publish(new byte[70_000], 70_000, null));
            assertEquals(Errno.ENOMEM, full.errno());
            assertThrows(OsException.class, () -> space.allocateCells(10_000));
            assertNotNull(space.publish(new byte[60_000], 60_000, null));
            assertThrows(OsException.class, () -> space.publish(new byte[6_000], 6_000, null));
            assertNotNull(space.publish(new byte[2_000], 2_000, null));
            assertThrows(IllegalArgumentException.class, () -> space.publish(new byte[0], 0, null));
        }
    }

    @Test
    void lessIsTakenWhereAddressSpaceIsLimited() {
        Pages.inject((operation, bytes) -> bytes > 100 << 20 ? Errno.ENOMEM : 0);
        try (CodeSpace space = CodeSpace.reserve()) {
            assertEquals(64 << 20, space.bytes());
            assertEquals(9, run(space.publish(constant(9), null).address()));
        }
        Pages.inject((operation, bytes) -> Errno.ENOMEM);
        assertThrows(OsException.class, CodeSpace::reserve);
        Pages.inject((operation, bytes) -> operation.equals("execute") ? Errno.EACCES : 0);
        OsException forbidden = assertThrows(OsException.class, CodeSpace::reserve);
        assertEquals(Errno.EACCES, forbidden.errno());
        Pages.inject(null);
        try (CodeSpace space = CodeSpace.reserve()) {
            assertEquals(CodeSpace.LARGEST, space.bytes());
        }
    }

    @Test
    void aClosedSpaceRefuses() {
        CodeSpace space = CodeSpace.reserve(1 << 16);
        CodeBlob blob = space.publish(constant(1), null);
        space.close();
        space.close();
        assertThrows(IllegalStateException.class, () -> space.publish(constant(1), null));
        assertThrows(IllegalStateException.class, () -> space.allocateCells(1));
        assertThrows(IllegalStateException.class, () -> space.free(blob));
    }

    /** Publishes and frees at random, and checks after each step that nothing overlaps and everything is found. */
    @Test
    void allocationHolds() {
        Random random = new Random(42);
        try (CodeSpace space = CodeSpace.reserve(1 << 20)) {
            List<CodeBlob> live = new ArrayList<>();
            for (int step = 0; step < 20_000; step++) {
                if (live.isEmpty() || random.nextInt(100) < (step / 2_000 % 2 == 0 ? 60 : 40)) {
                    int length = 1 + (int) Math.pow(random.nextDouble() * 12, 3);
                    byte[] code = new byte[length];
                    code[0] = (byte) step;
                    code[length - 1] = (byte) step;
                    try {
                        live.add(space.publish(code, length, (byte) step));
                    } catch (OsException full) {
                        assertTrue(space.codeBytes() > space.bytes() / 2, "full with " + space.codeBytes());
                    }
                } else {
                    int at = random.nextInt(live.size());
                    space.free(live.get(at));
                    live.set(at, live.getLast());
                    live.removeLast();
                }
                if (step % 500 == 0) {
                    checkAll(space, live);
                }
            }
            checkAll(space, live);
            for (CodeBlob blob : live) {
                space.free(blob);
            }
            assertEquals(0, space.codeBytes());
            int almost = (int) space.bytes() - 16;
            assertEquals(
                    space.base(), space.publish(new byte[almost], almost, null).address());
        }
    }

    private static void checkAll(CodeSpace space, List<CodeBlob> live) {
        List<CodeBlob> sorted = new ArrayList<>(live);
        sorted.sort((a, b) -> Long.compare(a.address(), b.address()));
        long end = space.base();
        for (CodeBlob blob : sorted) {
            assertEquals(0, blob.address() % 16);
            assertTrue(blob.address() >= end, "blobs overlap");
            if (blob.address() > end) {
                assertNull(space.find(blob.address() - 1));
            }
            end = blob.end() + 1; // the return address of a last call is the blob's alone
            assertSame(blob, space.find(blob.address()));
            assertSame(blob, space.find(blob.address() + blob.length() / 2));
            assertSame(blob, space.find(blob.end()));
            assertEquals(blob.owner(), RawMemory.getByte(blob.address()));
            assertEquals(blob.owner(), RawMemory.getByte(blob.end() - 1));
        }
    }
}
