package emberwall.engine;

import emberwall.engine.code.GuestCode;
import emberwall.engine.store.FuncRecord;
import emberwall.engine.store.GuestHeap;
import emberwall.engine.store.LinearMemory;
import emberwall.engine.store.TableStorage;
import emberwall.fiber.Fiber;
import emberwall.os.RawMemory;
import emberwall.wasm.TypeRegistry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a store has outside of Java's heap, and what it keeps of its engine and of modules. It knows neither the store nor
 * anything of programs', so that all can be given back when nobody has the store any more.
 */
final class NativeHoldings implements Reachables.Remains {
    private static final int RECORD_CHUNK = FuncRecord.SIZE * 85;

    private final NativeEngine engine;
    /** Counts of exits by kind. */
    final long[] exits;

    final List<LinearMemory> memories = new ArrayList<>();
    final List<TableStorage> tables = new ArrayList<>();
    final List<TypeRegistry.Registration> registrations = new ArrayList<>();
    private final List<Use> uses = new ArrayList<>();
    /** Where guests run; made when the first one is about to. */
    Fiber fiber;
    /** Where structures and arrays are, if there are any. */
    GuestHeap.Space heap;

    // What was allocated: address and bytes in turn. Any thread may look at an export that needs a record.
    private final Object allocation = new Object();
    private long[] owned = new long[16];
    private int ownedCount;
    private long nextRecord;
    private long endOfRecords;
    private boolean released;

    NativeHoldings(NativeEngine engine, long[] exits) {
        this.engine = engine;
        this.exits = exits;
    }

    /**
     * An instance's use of code.
     *
     * @param records who is told of new code
     * @param memory memory 0, which knows the block; null for none
     */
    record Use(NativeModule module, GuestCode code, FunctionRecords records, LinearMemory memory, long block) {
        /** Others may go on to use the code and the memory. */
        private void end() {
            code.removeListener(records); // compilers must not find the records any more
            module.releaseCode();
            if (memory != null) {
                memory.removeDependent(block);
            }
        }
    }

    void add(Use use) {
        uses.add(use);
    }

    /** Zeroed memory that lives as long as the store. */
    long allocate(long bytes) {
        synchronized (allocation) {
            checkNotReleased();
            long address = engine.allocate(bytes);
            if (ownedCount == owned.length) {
                owned = Arrays.copyOf(owned, ownedCount * 2);
            }
            owned[ownedCount++] = address;
            owned[ownedCount++] = bytes;
            return address;
        }
    }

    /** A new function record, for any thread: it is filled before the memory that it lies in can be given back. */
    long newRecord(long code, long instanceBlock, int canonicalType, long display, int id) {
        synchronized (allocation) {
            checkNotReleased();
            if (nextRecord == endOfRecords) {
                nextRecord = allocate(RECORD_CHUNK);
                endOfRecords = nextRecord + RECORD_CHUNK;
            }
            long record = nextRecord;
            nextRecord += FuncRecord.SIZE;
            RawMemory.putLong(record + FuncRecord.CODE, code);
            RawMemory.putLong(record + FuncRecord.INSTANCE, instanceBlock);
            RawMemory.putInt(record + FuncRecord.TYPE, canonicalType);
            RawMemory.putLong(record + FuncRecord.DISPLAY, display);
            RawMemory.putInt(record + FuncRecord.ID, id);
            return record;
        }
    }

    private void checkNotReleased() {
        if (released) {
            throw new IllegalStateException("the store is closed");
        }
    }

    /** The store closes: gives everything back, and no view of a memory works any more. */
    void close() {
        release(false);
    }

    /** The store was forgotten: gives everything back but memories that somebody has a view of. */
    @Override
    public void release() {
        release(true);
    }

    private void release(boolean forgotten) {
        for (Use use : uses) {
            use.end();
        }
        if (heap != null) {
            heap.close();
        }
        for (LinearMemory memory : memories) {
            if (forgotten) {
                engine.abandon(memory);
            } else {
                memory.release();
            }
        }
        for (TableStorage table : tables) {
            table.close();
        }
        synchronized (allocation) {
            released = true;
            for (int index = 0; index < ownedCount; index += 2) {
                engine.heap.free(owned[index], owned[index + 1]);
            }
        }
        for (TypeRegistry.Registration registration : registrations) {
            registration.close();
        }
        engine.giveBack(this, fiber);
    }
}
