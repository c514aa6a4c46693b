package emberwall.engine;

/** The type of something that modules import and export. */
public sealed interface ExternType permits FunctionType, MemoryType, TableType, GlobalType, TagType {}
