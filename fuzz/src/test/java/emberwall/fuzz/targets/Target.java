package emberwall.fuzz.targets;

import emberwall.fuzz.mutate.Seeds;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** All targets: what is fed, what is watched meanwhile, and where the first inputs come from. */
public enum Target {
    // @formatter:off
    DECODER(DecoderTarget.class, DecoderTarget::fuzzerTestOneInput,   "emberwall.wasm.**",  4096, Seeds::modules),
    NAMES  (NamesTarget.class,   NamesTarget::fuzzerTestOneInput,     "emberwall.wasm.**",   512, Target::nameSections),
    TEXT   (TextTarget.class,    TextTarget::fuzzerTestOneInput,      "emberwall.wasm.**",  2048, Seeds::texts),
    PRINTER(PrinterTarget.class, PrinterTarget::fuzzerTestOneInput,   "emberwall.wasm.**",  2048, Seeds::modules),
    ENGINE (EngineTarget.class,  EngineTarget::fuzzerTestOneInput,    "emberwall.**",       2048, Seeds::modules),
    PATHS  (PathTarget.class,    PathTarget::fuzzerTestOneInput,      "emberwall.wasi.**",   256, List::of);
    // @formatter:on

    private interface Inputs {
        List<byte[]> read() throws IOException;
    }

    private final Class<?> type;
    private final Consumer<byte[]> run;
    private final String watched;
    private final int longest;
    private final Inputs inputs;

    Target(Class<?> type, Consumer<byte[]> run, String watched, int longest, Inputs inputs) {
        this.type = type;
        this.run = run;
        this.watched = watched;
        this.longest = longest;
        this.inputs = inputs;
    }

    /** The class with the method that Jazzer calls. */
    Class<?> type() {
        return type;
    }

    /** Which classes' branches guide the search. */
    String watched() {
        return watched;
    }

    /** How many bytes an input has at most. */
    int longest() {
        return longest;
    }

    /** Feeds one input; throws what it finds. */
    void run(byte[] input) {
        run.accept(input);
    }

    /** What is known to be worth starting from: the repository's own cases, and what the shared data gives. */
    List<byte[]> seeds() throws IOException {
        List<byte[]> seeds = new ArrayList<>(cases());
        seeds.addAll(inputs.read());
        return seeds;
    }

    /** What lies beside this class, under the target's name. */
    private List<byte[]> cases() throws IOException {
        List<byte[]> cases = new ArrayList<>();
        URL directory = Target.class.getResource(name().toLowerCase(Locale.ROOT));
        if (directory == null) {
            return cases;
        }
        try (Stream<Path> files = Files.list(Path.of(directory.toURI()))) {
            for (Path file : files.sorted().toList()) {
                cases.add(Files.readAllBytes(file));
            }
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        return cases;
    }

    /** What the name sections of the suite and of programs hold. */
    private static List<byte[]> nameSections() throws IOException {
        List<byte[]> sections = new ArrayList<>();
        for (byte[] module : Seeds.modules()) {
            byte[] names = Seeds.nameSection(module);
            if (names != null) {
                sections.add(names);
            }
        }
        return sections;
    }
}
