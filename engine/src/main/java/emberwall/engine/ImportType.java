package emberwall.engine;

/** One import that a module asks for. */
public record ImportType(String module, String name, ExternType type) {}
