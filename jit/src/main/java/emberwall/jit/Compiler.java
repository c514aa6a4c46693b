package emberwall.jit;

import emberwall.asm.x64.Assembler;
import emberwall.codegen.alloc.Allocation;
import emberwall.codegen.alloc.Checker;
import emberwall.codegen.alloc.Code;
import emberwall.codegen.alloc.LinearScan;
import emberwall.codegen.select.Emitter;
import emberwall.codegen.select.Selector;
import emberwall.codegen.x64.X64Operators;
import emberwall.ir.Graph;
import emberwall.ir.Pass;
import emberwall.ir.Schedule;
import emberwall.ir.Verifier;
import emberwall.os.Cpu;

/** From a graph to bytes, by the same steps as functions of guests. */
final class Compiler {
    private final int features = X64Operators.features(name -> Cpu.has(Cpu.Feature.valueOf(name)));
    private final Assembler a = new Assembler(1 << 14);
    private final Code code = new Code();
    private final Selector selector = new Selector(code);
    private final LinearScan scan = new LinearScan();
    private final Emitter emitter = new Emitter(a);
    private final JitLinkage linkage = new JitLinkage();

    /** The code of a function, until the next one is compiled. */
    Assembler compile(FunctionBuilder function) {
        Graph graph = function.graph();
        try {
            Verifier.verify(graph); // always: somebody else made it
        } catch (AssertionError problem) {
            throw new IllegalArgumentException(function.name() + ": " + problem.getMessage());
        }
        Pass.runAll(graph, (_, _) -> {});
        assert Verifier.verify(graph);
        selector.select(graph, Schedule.of(graph), linkage, features);
        Allocation allocation = scan.allocate(code, Emitter.allocatable(), () -> false);
        assert Checker.isRight(code, allocation, Emitter.allocatable());
        a.reset();
        linkage.begin(graph.callees().isEmpty(), allocation.words());
        emitter.emit(selector, allocation, linkage, features, false);
        return a;
    }
}
