package emberwall.engine.cc;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** The libraries of an engine, by the addresses of their code. For any thread. */
public final class CLibraries {
    private final ConcurrentSkipListMap<Long, CLibrary> byText = new ConcurrentSkipListMap<>();

    /** Adds a library, until it is {@link #remove removed}. */
    public void add(CLibrary library) {
        byText.put(library.text(), library);
    }

    /** Removes a library, which is about to be closed. */
    public void remove(CLibrary library) {
        byText.remove(library.text());
    }

    /** The library whose code an address lies in, or null. */
    public CLibrary find(long pc) {
        Map.Entry<Long, CLibrary> below = byText.floorEntry(pc);
        return below != null && below.getValue().contains(pc) ? below.getValue() : null;
    }
}
