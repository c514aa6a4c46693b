package emberwall.engine;

/**
 * The type of a tag.
 *
 * @param carried what exceptions with such a tag carry, as the parameters of a function without results
 */
public record TagType(FunctionType carried) implements ExternType {
    @Override
    public String toString() {
        return "tag " + carried;
    }
}
