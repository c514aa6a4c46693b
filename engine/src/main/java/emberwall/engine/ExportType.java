package emberwall.engine;

/**
 * One export that a module's instances offer.
 *
 * @param name what it is exported as
 * @param type what it is
 */
public record ExportType(String name, ExternType type) {}
