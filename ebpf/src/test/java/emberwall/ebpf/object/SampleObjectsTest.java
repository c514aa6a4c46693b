package emberwall.ebpf.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.ebpf.ObjectException;
import emberwall.ebpf.Program;
import emberwall.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Objects of Linux, Cilium, Suricata and others, made by clang of many years, and some that are meant to be refused. */
class SampleObjectsTest {
    private static final String ROOT = "spec/bpf/elf";

    /** A program with the verdict that others gave. */
    private record Row(Path file, String section, String function, String expected) {
        Program load() throws IOException {
            BpfObject object = BpfObject.read(file);
            return object.link(object.function(section, function));
        }
    }

    private static List<Row> rows() throws IOException {
        Path root = Shared.path(ROOT);
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(root.resolve("VERDICTS.tsv"))) {
            String[] columns = line.split("\t", -1);
            if (!columns[0].equals("project")) {
                rows.add(new Row(root.resolve(columns[0]).resolve(columns[1]), columns[2], columns[3], columns[5]));
            }
        }
        return rows;
    }

    @Test
    void everyProgramLoadsOrIsRefused() throws IOException {
        List<String> wrong = new ArrayList<>();
        int loaded = 0;
        for (Row row : rows()) {
            String problem = null;
            try {
                assertTrue(row.load().instructions().size() > 0);
                loaded++;
            } catch (ObjectException e) {
                problem = e.getMessage();
            }
            // What a verifier is to reject may be refused here already; nothing else may.
            boolean refusable = row.expected.startsWith("reject");
            if (problem != null ? !refusable : row.expected.equals("reject_load")) {
                wrong.add(row + " -> " + problem);
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(loaded >= 155, "loaded " + loaded);
    }

    @Test
    void allObjectsThatSomeoneAcceptsAreRead() throws IOException {
        TreeSet<Path> files = new TreeSet<>();
        for (Row row : rows()) {
            if (row.expected.startsWith("accept")) {
                files.add(row.file);
            }
        }
        for (Path file : files) {
            BpfObject object = BpfObject.read(file);
            assertFalse(object.programs().isEmpty(), file.toString());
            object.maps().forEach(map -> assertFalse(map.name().isEmpty()));
        }
    }

    /** Hostile input: every refusal is the one exception, and comes soon. */
    @Test
    void mutatedObjectsAreReadOrRefused() throws IOException {
        Random random = new Random(6);
        List<byte[]> seeds = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Shared.path(ROOT + "/build"))) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".o")).sorted().toList()) {
                seeds.add(Files.readAllBytes(file));
            }
        }
        int rounds = Integer.getInteger("emberwall.ebpf.mutations", 700);
        int refused = 0;
        for (int round = 0; round < rounds; round++) {
            byte[] mutant = seeds.get(random.nextInt(seeds.size())).clone();
            mutate(mutant, random);
            int number = round;
            boolean read = Assertions.assertTimeoutPreemptively(
                    Duration.ofSeconds(20), () -> isRead(mutant), () -> "mutant " + number);
            refused += read ? 0 : 1;
        }
        assertTrue(refused > rounds / 10 && refused < rounds, refused + " refused");
    }

    private static boolean isRead(byte[] mutant) {
        try {
            BpfObject object = BpfObject.read("mutant", mutant);
            object.programs();
            object.functions().forEach(object::link);
            return true;
        } catch (ObjectException e) {
            assertFalse(e.getMessage().isBlank());
            return false;
        }
    }

    /** Changes a few bytes; half of the time in headers and tables at the end, where numbers mean most. */
    private static void mutate(byte[] object, Random random) {
        int changes = 1 + random.nextInt(6);
        for (int i = 0; i < changes; i++) {
            boolean late = random.nextBoolean();
            int at = late
                    ? object.length - 1 - random.nextInt(Math.min(object.length, 2500))
                    : random.nextInt(object.length);
            object[at] = switch (random.nextInt(4)) {
                case 0 -> 0;
                case 1 -> -1;
                case 2 -> (byte) (object[at] ^ 1 << random.nextInt(8));
                default -> (byte) random.nextInt();
            };
        }
    }
}
