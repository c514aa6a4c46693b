package emberwall.ebpf.host;

import emberwall.ebpf.ObjectException;
import emberwall.ebpf.Program;
import emberwall.ebpf.helper.HelperSet;
import emberwall.ebpf.helper.HelperSignature;
import emberwall.ebpf.helper.ProgramEnvironment;
import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.insn.Kind;
import emberwall.ebpf.map.BpfMap;
import emberwall.ebpf.map.MapSpace;
import emberwall.ebpf.map.ProgramArray;
import emberwall.ebpf.run.Environment;
import emberwall.ebpf.run.Executable;
import emberwall.ebpf.run.Helper;
import emberwall.ebpf.run.Interpreter;
import emberwall.ebpf.run.ProgramSpace;
import emberwall.ebpf.run.Regions;
import emberwall.ebpf.verify.Accepted;
import emberwall.ebpf.verify.ContextType;
import emberwall.ebpf.verify.Refusal;
import emberwall.ebpf.verify.Verifier;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Verifies programs, makes them load addresses from where the host has them, and compiles them where the machine allows that. */
final class ProgramMaker implements AutoCloseable {
    private final MapSpace maps;
    private final List<BpfMap> mapList;
    private final HelperSet helpers;
    private final Verifier verifier;
    private final RandomGenerator blinding;
    private final ProgramSpace code; // null where programs are interpreted

    ProgramMaker(BpfLoader loader, MapSpace maps, List<BpfMap> mapList, HelperSet helpers) {
        this.maps = maps;
        this.mapList = mapList;
        this.helpers = helpers;
        this.verifier = new Verifier(helpers::signature, loader.limits);
        this.blinding = loader.blinding;
        this.code = loader.interprets || ProgramSpace.unavailable() != null ? null : ProgramSpace.open();
    }

    VerifiedProgram.Parts make(BpfModule module, Program program, ContextType context) {
        Accepted proof = switch (verifier.verify(program, context)) {
            case Accepted accepted -> accepted;
            case Refusal refusal -> throw new ProgramRefusedException(program, refusal);
        };
        ContextLayout layout = new ContextLayout(context);
        Instructions converted = layout.convert(program.instructions(), proof);
        checkHelpers(program);
        Environment environment =
                new ReachableHelpers(new ProgramEnvironment(maps, mapList, helpers, layout.packet()), layout.packet());
        boolean alone = proof.longest() >= 0 && tables(program).isEmpty();
        long bound = alone ? proof.longest() : Long.MAX_VALUE;
        return new VerifiedProgram.Parts(
                module, program, proof, context, layout, executable(converted, environment, bound), bound);
    }

    private Executable executable(Instructions converted, Environment environment, long bound) {
        if (code == null) {
            return new Interpreter(converted, environment);
        }
        ProgramSpace.Options options = ProgramSpace.Options.DEFAULT.bound(bound).blinding(blinding);
        return code.load(converted, environment, options);
    }

    /** Helpers of kernels that make no sense here are known to the verifier only. */
    private void checkHelpers(Program program) {
        for (Insn insn : program.instructions().list()) {
            if (insn.kind() == Kind.CALL) {
                HelperSignature signature = helpers.signature((int) insn.immediate());
                if (signature != null && helpers.body(signature.number()) == null) {
                    throw new ObjectException(
                            program.describe(),
                            "calls helper " + signature.name() + " (" + signature.number()
                                    + "), which can be verified but not run here");
                }
            }
        }
    }

    /** Calls of helpers that do not exist are in accepted programs only where they are not reached. */
    private record ReachableHelpers(Environment environment, PacketFields packet) implements Environment {
        @Override
        public Helper helper(int number) {
            return orFault(environment.helper(number), number);
        }

        @Override
        public Helper runtime(int number) {
            return orFault(environment.runtime(number), number);
        }

        private static Helper orFault(Helper helper, int number) {
            return helper != null
                    ? helper
                    : (program, a, b, c, d, e) -> {
                        throw new InternalError("a call of nonexistent function " + number + " was reached");
                    };
        }

        @Override
        public long address(Insn reference) {
            return environment.address(reference);
        }
    }

    /** The values of maps, for interpreted programs. */
    Regions regions() {
        return new ProgramEnvironment(maps, mapList, helpers, null).regions();
    }

    /** The tables that a program may go on through. */
    List<ProgramArray> tables(Program program) {
        List<ProgramArray> tables = new ArrayList<>();
        for (Insn insn : program.instructions().list()) {
            if (insn.kind() == Kind.LOAD_WIDE
                    && (insn.src() == Insn.MAP || insn.src() == Insn.MAP_INDEX)
                    && mapList.get((int) insn.immediate()) instanceof ProgramArray table) {
                tables.add(table);
            }
        }
        return tables;
    }

    @Override
    public void close() {
        if (code != null) {
            code.close();
        }
    }
}
