package emberwall.engine;

import emberwall.codegen.Convention;
import emberwall.codegen.alloc.Allocation;
import emberwall.codegen.alloc.Code;
import emberwall.codegen.select.StopState;
import emberwall.engine.code.CompiledFunction;
import emberwall.engine.code.FrameStates;
import emberwall.engine.code.InlinedCalls;
import emberwall.engine.code.PositionTable;
import emberwall.engine.stops.SourceFrame;
import emberwall.engine.stops.Stop;
import emberwall.fiber.Exit;
import emberwall.fiber.Fiber;
import emberwall.fiber.FiberBlock;
import emberwall.fiber.Request;
import emberwall.fiber.StackWalk;
import emberwall.ir.Graph;
import emberwall.link.CodeMap;
import emberwall.op.Type;
import emberwall.os.RawMemory;
import emberwall.wasm.BodyReader;
import emberwall.wasm.Module;
import emberwall.wasm.Opcode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Reads the frames of the source out of machine frames, by the states that optimized code has: {@link FrameStates}. */
final class NativeStops {
    private final CodeMap map;
    private final Consumer<Stop> watcher;
    private final int mostFrames;
    /** The kind of the latest exit. */
    private int latest;

    NativeStops(CodeMap map, Consumer<Stop> watcher, int mostFrames) {
        this.map = map;
        this.watcher = watcher;
        this.mostFrames = mostFrames;
    }

    /** Makes the guest's next poll an exit. */
    static void expectPoll(Fiber fiber) {
        fiber.requestAttention(fiber.generation(), Request.INTERRUPT);
    }

    /** A guest has left its code. */
    void exit(int exit, Fiber fiber) {
        latest = Exit.kind(exit);
        switch (latest) {
            case Exit.POLL -> stop(Stop.Kind.LOOP, fiber);
            case Exit.HOST_CALL -> stop(Stop.Kind.HOST_CALL, fiber);
            default -> {}
        }
    }

    /** A guest traps where it has left its code, by itself or by what Java found there. */
    void trap(Fiber fiber) {
        stop(Stop.Kind.TRAP, fiber);
    }

    private void stop(Stop.Kind kind, Fiber fiber) {
        List<SourceFrame> frames = new ArrayList<>();
        boolean keepsRegisters = latest == Exit.POLL || latest == Exit.TRAP;
        boolean innermost = true;
        for (StackWalk walk = new StackWalk(fiber, map); frames.size() < mostFrames && walk.next(); innermost = false) {
            if (walk.blob() != null && walk.blob().owner() instanceof CompiledFunction function) {
                int offset = walk.blob().offset(walk.pc());
                add(frames, function, offset, innermost && kind == Stop.Kind.LOOP);
                FrameStates.State state = function.states().find(offset);
                if (state != null) {
                    fill(frames, state, walk.fp(), innermost && keepsRegisters ? fiber : null);
                }
            }
        }
        watcher.accept(new Stop(kind, frames));
    }

    /** Adds what a machine frame stands for. */
    private static void add(List<SourceFrame> frames, CompiledFunction function, int offset, boolean isLoop) {
        long entry = function.positions().find(offset);
        int position = entry < 0 ? -1 : PositionTable.position(entry);
        InlinedCalls inlined = function.inlined();
        Module module = function.code().module();
        boolean loops = isLoop;
        for (; inlined.has(position); position = inlined.caller(position)) {
            int within = inlined.position(position);
            frames.add(new SourceFrame(module, inlined.function(position), loops ? inside(module, within) : within));
            loops = false;
        }
        frames.add(new SourceFrame(module, function.function(), loops ? inside(module, position) : position));
    }

    /** Where the instructions of a loop begin. */
    private static int inside(Module module, int position) {
        BodyReader reader = new BodyReader(module.bytes(), position, module.bytes().length);
        if (reader.opcode() != Opcode.LOOP) {
            throw new InternalError("a poll at " + position + ", which is no loop");
        }
        reader.blockType();
        return reader.position();
    }

    /** Fills the frames of a state, which were added last: the outermost is the last one. */
    private static void fill(List<SourceFrame> frames, FrameStates.State state, long fp, Fiber registers) {
        int end = frames.size() - 1;
        int depth = 0;
        for (int i = 0; i < state.count(); i++) {
            depth = Math.max(depth, state.slot(i) >>> Graph.SLOT_BITS);
            SourceFrame frame = frames.get(end - (state.slot(i) >>> Graph.SLOT_BITS));
            long low = word(state, i, fp, registers, 0);
            boolean isHalf = state.type(i).bits() == Integer.SIZE;
            long high = state.type(i) == Type.V128 ? word(state, i, fp, registers, 1) : 0;
            int slot = state.slot(i) & (1 << Graph.SLOT_BITS) - 1;
            frame.add(slot, state.type(i), state.isReference(i), isHalf ? low & 0xFFFF_FFFFL : low, high);
        }
        for (int i = end; i >= Math.max(0, end - depth); i--) {
            frames.get(i).setKnown();
        }
    }

    /** A word of a value: of a vector the second one is the upper half. */
    private static long word(FrameStates.State state, int index, long fp, Fiber registers, int number) {
        int place = state.place(index);
        if (place == StopState.CONSTANT) {
            return number == 0 ? state.low(index) : state.high(index);
        }
        if (place >= Allocation.SLOTS) {
            boolean isVector = state.type(index) == Type.V128;
            int slot = place - Allocation.SLOTS + (isVector ? 1 : 0);
            return RawMemory.getLong(fp + Convention.slot(slot) + Long.BYTES * number);
        }
        if (registers == null) {
            throw new InternalError("a value is in register " + place + " during a call");
        }
        int field = place < Code.FLOATS ? FiberBlock.register(place) : FiberBlock.vector(place - Code.FLOATS);
        return registers.get(field + Long.BYTES * number);
    }
}
