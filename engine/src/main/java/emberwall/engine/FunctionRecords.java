package emberwall.engine;

import emberwall.engine.code.CodeListener;
import emberwall.engine.store.FuncRecord;
import emberwall.os.RawMemory;

/**
 * The records of those of an instance's own functions that escaped. The module keeps it, so that compilers find it, and
 * so it does not know its instance. Who makes records holds its monitor.
 */
final class FunctionRecords implements CodeListener {
    private final int imported;
    private final int own;
    private long[] records;

    /** None yet, of so many functions behind imported ones. */
    FunctionRecords(int imported, int own) {
        this.imported = imported;
        this.own = own;
    }

    /** Address of a function's record, or 0. */
    synchronized long get(int function) {
        return records == null ? 0 : records[function - imported];
    }

    synchronized void set(int function, long record) {
        if (records == null) {
            records = new long[own];
        }
        records[function - imported] = record;
    }

    @Override
    public synchronized void compiled(int function, long address) {
        long record = get(function);
        if (record != 0) {
            RawMemory.putLongRelease(record + FuncRecord.CODE, address);
        }
    }
}
