package emberwall.codegen.x64;

/** Where code finds vectors that are constant. */
@FunctionalInterface
public interface VectorLiterals {
    /** The operand that holds a vector, at any address: the lower half first. */
    long place(long low, long high);
}
