package emberwall.wasm;

/** What a defined type describes: functions, structures or arrays. */
public sealed interface CompositeType permits FunctionType, StructType, ArrayType {}
