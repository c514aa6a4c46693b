package emberwall.wasm.reference;

import emberwall.wasm.FunctionInfo;
import emberwall.wasm.Module;

/** What the interpreter wants to know of a validated function body. Shared by all instances of a module. */
final class FunctionCode {
    final int function;
    /** The first opcode and the byte after the last one, in the module's bytes. */
    final int start;

    final int end;
    final int parameters;
    final int results;
    /** Parameters included. */
    final int locals;

    final int maximumHeight;
    final int[] sideTable;
    /** Whether references or vectors may lie on its stack: then they are moved with the words beside them. */
    final boolean references;

    private final Module module;
    private Handlers handlers;

    FunctionCode(Module module, FunctionInfo info, boolean references) {
        this.function = info.function();
        this.start = info.codeOffset();
        this.end = module.bodyEnd(function);
        this.parameters = info.parameterCount();
        this.results = module.functionType(function).resultCount();
        this.locals = info.localCount();
        this.maximumHeight = info.maximumHeight();
        this.sideTable = info.sideTable().entries();
        this.references = references;
        this.module = module;
    }

    /** Where exceptions are caught. */
    synchronized Handlers handlers() {
        if (handlers == null) {
            handlers = new Handlers(module, this);
        }
        return handlers;
    }
}
