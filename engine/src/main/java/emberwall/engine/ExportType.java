package emberwall.engine;

/** One export that a module's instances offer. */
public record ExportType(String name, ExternType type) {}
