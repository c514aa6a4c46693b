package emberwall.ebpf.run;

/** A program that can be run: interpreted or compiled. */
public sealed interface Executable permits Interpreter, CompiledProgram {}
