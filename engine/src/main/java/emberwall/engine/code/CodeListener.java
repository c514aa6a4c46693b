package emberwall.engine.code;

/** Told when a function of a module has code. On any thread, before the code's address is known anywhere else. */
@FunctionalInterface
public interface CodeListener {
    /** The function with this index can be called at this address. */
    void compiled(int function, long address);
}
