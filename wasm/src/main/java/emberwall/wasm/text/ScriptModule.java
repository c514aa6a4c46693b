package emberwall.wasm.text;

import java.util.function.Supplier;

/** A module as a script holds it: bytes, or text that is not parsed before its bytes are wanted. */
public final class ScriptModule {
    /** How the script writes it. */
    public enum Form {
        /** {@code (module binary "\00asm" ...)}. */
        BINARY,
        /** {@code (module field*)}. */
        TEXT,
        /** {@code (module quote "(func)" ...)}: text that may not even be made of tokens. */
        QUOTED
    }

    private final Form form;
    private final byte[] source;
    private final Supplier<WatModule> encoding;

    private ScriptModule(Form form, byte[] source, Supplier<WatModule> encoding) {
        this.form = form;
        this.source = source;
        this.encoding = encoding;
    }

    /** A module that is written as bytes; they are asked for whenever they are wanted. */
    public static ScriptModule binary(Supplier<byte[]> bytes) {
        return new ScriptModule(Form.BINARY, null, () -> new WatModule(bytes.get(), null));
    }

    /**
     * A module that is written as text.
     *
     * @param form {@link Form#TEXT} or {@link Form#QUOTED}
     * @param source in UTF-8, unless that is what is wrong with it
     * @param encoding parses and encodes the text, or throws a {@link emberwall.wasm.ModuleException}
     */
    public static ScriptModule text(Form form, byte[] source, Supplier<WatModule> encoding) {
        if (form == Form.BINARY) {
            throw new IllegalArgumentException("text in binary form");
        }
        return new ScriptModule(form, source, encoding);
    }

    public Form form() {
        return form;
    }

    /** Whether it has to be parsed. */
    public boolean isText() {
        return form != Form.BINARY;
    }

    /** The text of a module that is one, in UTF-8 unless that is what is wrong with it; else null. */
    public byte[] source() {
        return source;
    }

    /**
     * The module in the binary format, with the map back to the script if it is written there as text, or to the text that
     * is quoted; without a map if it is written as bytes. Not cached.
     *
     * @throws emberwall.wasm.ModuleException if it is text and malformed
     */
    public WatModule encoded() {
        return encoding.get();
    }

    /**
     * The bytes of {@link #encoded}.
     *
     * @throws emberwall.wasm.ModuleException if it is text and malformed
     */
    public byte[] bytes() {
        return encoded().bytes();
    }
}
