package emberwall.wasm.reference;

/**
 * An exception of the guest's on its way (WebAssembly 3.0, section 4.2.7). It passes through functions of the host as it
 * is, and whoever throws it again throws the same one; as a value it is an {@code exnref}.
 */
public final class GuestException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient TagInstance tag;
    private final transient Values values;
    private transient Object view;

    /** An exception with a tag and as many values as the tag says; their types are not checked. */
    public GuestException(TagInstance tag, Values values) {
        super("uncaught exception", null, false, false);
        this.tag = tag;
        this.values = values;
    }

    /** The kind of exception. */
    public TagInstance tag() {
        return tag;
    }

    /** What it carries; not to be changed. */
    public Values values() {
        return values;
    }

    /** What programs see of it, if anyone has looked. */
    public Object view() {
        return view;
    }

    /** Sets what programs see of it. */
    public void view(Object newView) {
        view = newView;
    }
}
