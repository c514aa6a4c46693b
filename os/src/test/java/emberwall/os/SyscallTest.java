package emberwall.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SyscallTest {
    @Test
    void argumentsArriveInOrder() {
        assertEquals(ProcessHandle.current().pid(), Syscall.call(Syscall.GETPID, 0));
        // A pipe shows three arguments, mremap five, mmap six.
        long memory = Pages.allocate(4096);
        assertEquals(0, Syscall.call(Syscall.PIPE2, memory, 0));
        int read = RawMemory.getInt(memory);
        int write = RawMemory.getInt(memory + 4);
        RawMemory.copy(new byte[] {1, 2, 3}, 0, memory + 8, 3);
        assertEquals(3, Syscall.call(Syscall.WRITE, write, memory + 8, 3));
        assertEquals(3, Syscall.call(Syscall.READ, read, memory + 100, 64));
        assertEquals(3, RawMemory.getByte(memory + 102));
        Syscall.call(Syscall.CLOSE, read);
        Syscall.call(Syscall.CLOSE, write);
        long target = Pages.reserve(4096);
        long fixed = 3; // MREMAP_MAYMOVE | MREMAP_FIXED
        assertEquals(target, Syscall.call(Syscall.MREMAP, memory, 4096, 4096, fixed, target));
        assertEquals(3, RawMemory.getByte(target + 102));
        Pages.release(target, 4096);
    }

    @Test
    void errorsAreNegative() {
        long answer = Syscall.call(Syscall.CLOSE, -1);
        assertEquals(-Errno.EBADF, answer);
        assertTrue(Syscall.failed(answer));
        assertFalse(Syscall.failed(0));
        assertFalse(Syscall.failed(-4096));
        assertFalse(Syscall.failed(0x7fff_ffff_f000L));
        assertEquals(-Errno.ENOSYS, Syscall.call(100_000, 0));
    }

    @Test
    void sixArgumentsGoThroughStubsOfTheirOwn() {
        long word = Pages.allocate(4096);
        // FUTEX_WAIT_BITSET without any bit is refused, which shows that the sixth argument arrives.
        assertEquals(-Errno.EINVAL, Syscall.call6(Syscall.FUTEX, word, 9, 0, 0, 0, 0));
        assertEquals(-Errno.EAGAIN, Syscall.call6(Syscall.FUTEX, word, 9, 1, 0, 0, -1));
        Pages.release(word, 4096);
        for (int i = 0; i < Syscall.sixCount(); i++) {
            int number = Syscall.six(i);
            if (number != Syscall.FUTEX) { // which says ENOSYS of operations that it does not know
                assertNotEquals(-Errno.ENOSYS, Syscall.call6(number, -1, -1, -1, -1, -1, -1), "number " + number);
            }
        }
        assertThrows(IllegalArgumentException.class, () -> Syscall.call6(Syscall.GETPID, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void noTwoNamesShareANumber() throws IllegalAccessException {
        distinct(Syscall.class);
        distinct(Errno.class);
    }

    private static void distinct(Class<?> table) throws IllegalAccessException {
        Set<Integer> seen = new HashSet<>();
        for (Field field : table.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class) {
                assertTrue(seen.add(field.getInt(null)), field.getName());
            }
        }
        assertTrue(seen.size() > 50);
    }

    @Test
    void everyErrorHasWords() throws IllegalAccessException {
        for (Field field : Errno.class.getFields()) {
            assertFalse(Errno.text(field.getInt(null)).startsWith("error "), field.getName());
        }
        assertEquals("error 4000", Errno.text(4000));
    }
}
