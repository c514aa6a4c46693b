package emberwall.engine;

/** A tag: what kind of exception a {@link WasmException} is. */
public abstract non-sealed class Tag implements Extern {
    Tag() {}

    @Override
    public abstract TagType type();
}
