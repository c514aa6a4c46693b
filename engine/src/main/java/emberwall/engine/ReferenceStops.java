package emberwall.engine;

import emberwall.engine.stops.SourceFrame;
import emberwall.engine.stops.Stop;
import emberwall.wasm.reference.FunctionInstance;
import emberwall.wasm.reference.Watcher;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Shows the frames of the interpreter as those of machine code are shown. */
final class ReferenceStops implements Watcher {
    private final Consumer<Stop> watcher;
    private final int mostFrames;

    ReferenceStops(Consumer<Stop> watcher, int mostFrames) {
        this.watcher = watcher;
        this.mostFrames = mostFrames;
    }

    @Override
    public void loop(Frames frames) {
        watcher.accept(new Stop(Stop.Kind.LOOP, copy(frames)));
    }

    @Override
    public void host(Frames frames) {
        watcher.accept(new Stop(Stop.Kind.HOST_CALL, copy(frames)));
    }

    @Override
    public void trap(Frames frames) {
        watcher.accept(new Stop(Stop.Kind.TRAP, copy(frames)));
    }

    private List<SourceFrame> copy(Frames frames) {
        List<SourceFrame> copies = new ArrayList<>();
        for (int i = 0; i < Math.min(mostFrames, frames.depth()); i++) {
            FunctionInstance function = frames.function(i);
            SourceFrame copy = new SourceFrame(function.instance().module(), function.index(), frames.offset(i));
            for (int slot = 0; slot < frames.slots(i); slot++) {
                copy.add(slot, frames.word(i, slot), frames.reference(i, slot));
            }
            int frame = i;
            copy.setSpoiler(slot -> frames.spoil(frame, slot));
            copy.setKnown();
            copies.add(copy);
        }
        return copies;
    }
}
