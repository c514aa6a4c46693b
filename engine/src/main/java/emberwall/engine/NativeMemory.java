package emberwall.engine;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import emberwall.engine.store.LinearMemory;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/** A memory of the native tier. Java reaches its bytes only through views that die before they are unmapped. */
final class NativeMemory extends Memory {
    private final NativeStore store;
    /** As it was declared. */
    final emberwall.wasm.MemoryType declared;

    final LinearMemory bytes;

    NativeMemory(NativeStore store, emberwall.wasm.MemoryType declared, LinearMemory bytes) {
        this.store = store;
        this.declared = declared;
        this.bytes = bytes;
    }

    /** The same memory as another store sees it that shares it. */
    NativeMemory in(NativeStore other) {
        return new NativeMemory(other, declared, bytes);
    }

    @Override
    public MemoryType type() {
        return Types.api(declared.withMinimum(size()));
    }

    @Override
    public Store store() {
        return store;
    }

    @Override
    public long size() {
        return bytes.pages();
    }

    @Override
    public long bytes() {
        return bytes.bytes();
    }

    @Override
    public long grow(long pages) {
        Ownership owner = store.enterHost();
        try {
            return bytes.grow(pages);
        } finally {
            store.leave(owner, owner.depth - 1);
        }
    }

    /** Before it is there, nothing but this keeps the bytes. */
    private MemorySegment view() {
        MemorySegment view = bytes.view();
        Reference.reachabilityFence(this);
        return view;
    }

    @Override
    public MemorySegment segment() {
        return view();
    }

    @Override
    public void read(long address, byte[] target, int offset, int length) {
        MemorySegment.copy(view(), JAVA_BYTE, address, target, offset, length);
    }

    @Override
    public void write(long address, byte[] source, int offset, int length) {
        MemorySegment.copy(source, offset, view(), JAVA_BYTE, address, length);
    }

    @Override
    public byte getByte(long address) {
        return view().get(JAVA_BYTE, address);
    }

    @Override
    public short getShort(long address) {
        return view().get(JAVA_SHORT_UNALIGNED, address);
    }

    @Override
    public int getInt(long address) {
        return view().get(JAVA_INT_UNALIGNED, address);
    }

    @Override
    public long getLong(long address) {
        return view().get(JAVA_LONG_UNALIGNED, address);
    }

    @Override
    public void putByte(long address, byte value) {
        view().set(JAVA_BYTE, address, value);
    }

    @Override
    public void putShort(long address, short value) {
        view().set(JAVA_SHORT_UNALIGNED, address, value);
    }

    @Override
    public void putInt(long address, int value) {
        view().set(JAVA_INT_UNALIGNED, address, value);
    }

    @Override
    public void putLong(long address, long value) {
        view().set(JAVA_LONG_UNALIGNED, address, value);
    }
}
