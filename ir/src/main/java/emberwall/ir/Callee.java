package emberwall.ir;

import emberwall.op.Type;
import java.util.List;

/**
 * What a call may call.
 *
 * @param name what texts call it: letters, digits and any of {@code _.$}
 * @param parameters types of the arguments; scalars or {@link Type#V128}
 * @param results types of the results
 * @param target what whoever made the graph knows it by; texts do not say it
 */
public record Callee(String name, List<Type> parameters, List<Type> results, Object target) {
    /** A callee; lists are copied. */
    public Callee {
        parameters = List.copyOf(parameters);
        results = List.copyOf(results);
    }
}
