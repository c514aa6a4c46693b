package emberwall.engine;

/**
 * One import that a module asks for.
 *
 * @param module name of the module that it is expected from
 * @param name its name there
 * @param type what it must be
 */
public record ImportType(String module, String name, ExternType type) {}
