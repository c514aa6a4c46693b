package emberwall.wasm.reference;

import emberwall.wasm.Import;

/** An import cannot be satisfied: nothing of its name is there, or it has the wrong type. */
public final class UnlinkableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Import wanted;
    private final String wantedType;
    private final String givenType;

    /** {@code givenType} is null where nothing of the name is there. */
    UnlinkableException(Import wanted, String wantedType, String givenType) {
        super((givenType == null ? "unknown import \"" : "incompatible import type \"") + wanted.module() + "\" \""
                + wanted.name() + "\": wanted " + wantedType + ", given "
                + (givenType == null ? "nothing" : givenType));
        this.wanted = wanted;
        this.wantedType = wantedType;
        this.givenType = givenType;
    }

    /** The import. */
    public Import wanted() {
        return wanted;
    }

    /** The type that the module asks for, as text. */
    public String wantedType() {
        return wantedType;
    }

    /** The type of what was offered, as text; null if nothing was. */
    public String givenType() {
        return givenType;
    }
}
