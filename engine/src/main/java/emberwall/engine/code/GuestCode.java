package emberwall.engine.code;

import emberwall.engine.store.MemoryStrategy;
import java.util.function.BooleanSupplier;

/** The machine code of a module under one choice of bounds strategies, whichever compiler makes it. */
public interface GuestCode extends AutoCloseable {
    /** The choice of strategies, one for each memory. */
    MemoryStrategy[] strategies();

    /** Where a record of a function that is not imported shall point: its code, or what will lead there. */
    long entry(int function);

    /** Adds someone to be told of code. */
    void addListener(CodeListener listener);

    /** Removes who was added; when this returns it is not being told either. */
    void removeListener(CodeListener listener);

    /**
     * Compiles all functions that are not yet.
     *
     * @param interrupted asked now and then whether to give up
     * @throws java.util.concurrent.CancellationException if it was interrupted
     */
    void compileAll(BooleanSupplier interrupted);

    /** Frees all code. No instance is left that could run it. */
    @Override
    void close();
}
