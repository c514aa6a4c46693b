package emberwall.engine;

/** An import cannot be satisfied: nothing of that name is there, or it has the wrong type. */
public final class LinkException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String module;
    private final String name;
    private final String wanted;
    private final String given;

    /**
     * Says what did not fit.
     *
     * @param module module name of the import
     * @param name name of the import
     * @param wanted type that the module asks for
     * @param given type of what was offered, or null if nothing was
     */
    public LinkException(String module, String name, String wanted, String given) {
        super(message(module, name, wanted, given), null, false, true);
        this.module = module;
        this.name = name;
        this.wanted = wanted;
        this.given = given;
    }

    private static String message(String module, String name, String wanted, String given) {
        String what = " \"" + module + "\" \"" + name + "\": wanted " + wanted + ", ";
        return given == null
                ? "unknown import" + what + "given nothing"
                : "incompatible import type" + what + "given " + given;
    }

    /** {@return the module name of the import} */
    public String module() {
        return module;
    }

    /** {@return the name of the import} */
    public String name() {
        return name;
    }

    /** {@return the type that the module asks for, as text} */
    public String wanted() {
        return wanted;
    }

    /** {@return the type of what was offered, as text; null if nothing was} */
    public String given() {
        return given;
    }
}
