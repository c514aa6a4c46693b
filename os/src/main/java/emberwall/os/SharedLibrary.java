package emberwall.os;

import java.lang.foreign.Arena;

/** A shared library that the system's dynamic linker has loaded, for itself alone: nobody else finds its symbols. */
public final class SharedLibrary implements AutoCloseable {
    private static final int NOW = 2;

    private final String path;
    private long handle;

    private SharedLibrary(String path, long handle) {
        this.path = path;
        this.handle = handle;
    }

    /**
     * Loads the library in a file, which may be deleted afterwards.
     *
     * @throws OsException if the linker refuses it, with its words
     */
    public static SharedLibrary open(String path) {
        try (Arena arena = Arena.ofConfined()) {
            long name = arena.allocateFrom(path).address();
            long handle = Native.call(Symbols.require("dlopen"), name, NOW, 0);
            if (handle == 0) {
                long words = Native.call(Symbols.require("dlerror"), 0, 0, 0);
                throw new OsException("loading " + (words == 0 ? path : RawMemory.string(words)), Errno.ENOEXEC);
            }
            return new SharedLibrary(path, handle);
        }
    }

    /**
     * The address of a symbol.
     *
     * @throws OsException if the library has none of that name
     */
    public long symbol(String name) {
        try (Arena arena = Arena.ofConfined()) {
            long address = Native.call(
                    Symbols.require("dlsym"), handle, arena.allocateFrom(name).address(), 0);
            if (address == 0) {
                throw new OsException("finding " + name + " in " + path, Errno.ENOENT);
            }
            return address;
        }
    }

    /** Unloads it. */
    @Override
    public void close() {
        if (handle != 0) {
            Native.call(Symbols.require("dlclose"), handle, 0, 0);
            handle = 0;
        }
    }
}
