package emberwall.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.cli.Command.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every option and every exit status of the command, as a process. */
class CommandIT {
    @TempDir
    Path folder;

    private String guest(byte[] bytes) {
        return Command.file(folder, "guest.wasm", bytes);
    }

    private static Result run(String... arguments) {
        return Command.emberwall(arguments).run();
    }

    private static void assertOneLine(int status, String words, Result result) {
        assertEquals(status, result.status(), result.err());
        assertTrue(result.err().startsWith("emberwall: "), result.err());
        assertEquals(1, result.err().lines().count(), result.err());
        assertTrue(result.err().contains(words), () -> "no '" + words + "' in: " + result.err());
        assertEquals("", result.out());
    }

    @Test
    void saysItsVersionAndHelps() {
        assertTrue(run("--version").out().matches("emberwall \\d+\\.\\d+.*\n"));
        Result help = run("--help");
        assertEquals(0, help.status());
        for (String command : new String[] {"run", "inspect", "wat2wasm", "wasm2wat", "validate", "wast", "doctor"})
            assertTrue(help.out().contains(command));
        Result runHelp = run("run", "--help");
        assertEquals(0, runHelp.status());
        for (String option : new String[] {
            "--invoke",
            "--tier",
            "--dir",
            "--env",
            "--timeout",
            "--max-memory",
            "--max-heap",
            "--max-stack",
            "--bounds",
            "--cpu",
            "--stats"
        }) {
            assertTrue(runHelp.out().contains(option), option);
        }
    }

    @Test
    void refusesWrongCommandLines() {
        String guest = guest(Guests.exit(0));
        assertOneLine(64, "no command", run());
        assertOneLine(64, "dance", run("dance"));
        assertOneLine(64, "FILE", run("run"));
        assertOneLine(64, "--loud", run("run", "--loud", guest));
        assertOneLine(64, "--tier", run("run", "--tier", "warp", guest));
        assertOneLine(64, "--cpu", run("run", "--cpu", "z80", guest));
        assertOneLine(64, "--bounds", run("run", "--bounds", "none", guest));
        assertOneLine(64, "--timeout", run("run", "--timeout", "5", guest));
        assertOneLine(64, "--max-memory", run("run", "--max-memory", "much", guest));
        assertOneLine(64, "maxHeap", run("run", "--max-heap", "1KiB", guest));
        assertOneLine(64, "maxStack", run("run", "--max-stack", "1", guest));
        assertOneLine(64, "--env", run("run", "--env", "NAME", guest));
        assertOneLine(64, "--dir", run("run", "--dir", "::x", guest));
        assertOneLine(64, "only once", run("run", "--tier", "auto", "--tier", "auto", guest));
        assertOneLine(64, "_start", run("run", guest(Guests.functions())));
    }

    @Test
    void endsAsTheGuestEnds() {
        for (int code : new int[] {0, 1, 42, 125})
            assertEquals(code, run("run", guest(Guests.exit(code))).status());
        Result hello = run("run", guest(Guests.hello("hällo\n")));
        assertEquals(new Result(0, "hällo\n", ""), hello);
    }

    @Test
    void reportsATrapWithItsPlace() {
        Result result = run("run", guest(Guests.divide("di\u001B[31mvide")));
        assertEquals(134, result.status());
        assertTrue(result.err().startsWith("emberwall: trap: integer divide by zero\n"), result.err());
        String[] lines = result.err().split("\n");
        assertTrue(lines[1].contains("di?[31mvide") && lines[1].contains("0x"), result.err());
        assertTrue(lines[2].contains("outer") && lines[2].contains("0x"), result.err());
        assertEquals(3, lines.length, result.err());
    }

    @Test
    void endsAGuestThatTakesTooLong() throws IOException {
        String functions = guest(Guests.functions());
        Result spinning = run("run", "--timeout", "300ms", "--invoke", "spin", functions);
        assertEquals(124, spinning.status());
        assertTrue(spinning.err().startsWith("emberwall: timeout: "), spinning.err());
        assertEquals(
                124,
                run("run", "--tier", "reference", "--timeout", "0.2s", "--invoke", "spin", functions)
                        .status());

        Process blocked = Command.emberwall("run", "--timeout", "300ms", guest(Guests.read()))
                .start();
        Result result =
                Command.result(blocked, Command.text(blocked.getInputStream()), Command.text(blocked.getErrorStream()));
        assertEquals(124, result.status(), result.err());
        blocked.getOutputStream().close();
    }

    @Test
    void refusesModulesThatAreNone() {
        assertOneLine(65, "offset 0x", run("run", guest("no module".getBytes(StandardCharsets.UTF_8))));
        assertOneLine(65, "type mismatch", run("run", guest(Guests.invalid())));
        byte[] whole = Guests.functions();
        byte[] half = java.util.Arrays.copyOf(whole, whole.length / 2);
        assertOneLine(65, "offset 0x", run("run", guest(half)));
        assertOneLine(65, "offset 0x", Command.emberwall("run", "-").run());
        assertOneLine(65, "offset 0x", run("inspect", guest(half)));
    }

    @Test
    void missesFilesAndFolders() {
        assertOneLine(
                66, "nowhere.wasm", run("run", folder.resolve("nowhere.wasm").toString()));
        assertOneLine(66, folder.toString(), run("run", folder.toString()));
        String nowhere = folder.resolve("nowhere").toString();
        assertOneLine(66, nowhere, run("run", "--dir", nowhere, guest(Guests.exit(0))));
        assertOneLine(66, "not a folder", run("run", "--dir", guest(Guests.exit(0)), guest(Guests.exit(0))));
    }

    @Test
    void namesAnImportThatNobodyProvides() {
        Result unknown = run("run", guest(Guests.unknownImport()));
        assertOneLine(69, "launch", unknown);
        assertTrue(unknown.err().contains("env") && unknown.err().contains("[i64] -> [f32]"), unknown.err());
        Result wrong = run("run", guest(Guests.wrongImport()));
        assertOneLine(69, "fd_write", wrong);
        assertTrue(
                wrong.err().contains("[i64] -> []") && wrong.err().contains("[i32 i32 i32 i32] -> [i32]"), wrong.err());
    }

    @Test
    void leavesArgumentsAndEnvironmentToTheGuest() {
        String guest = guest(Guests.echo("args"));
        Result result = run("run", guest, "--help", "-x", "--", "--dir", "@file", "${env:HOME}", "", "ö");
        assertEquals(guest + "\0--help\0-x\0--\0--dir\0@file\0${env:HOME}\0\0ö\0", result.out());
        assertEquals(
                "-\0a\0",
                Command.emberwall("run", "-", "a")
                        .input(Guests.echo("args"))
                        .run()
                        .out());
        assertEquals("", run("run", guest(Guests.echo("environ"))).out());
        assertEquals(
                "A=1\0B=x=y\0",
                run("run", "--env", "A=1", "--env=B=x=y", guest(Guests.echo("environ")))
                        .out());
    }

    @Test
    void invokesFunctionsOfAllTypes() {
        String guest = guest(Guests.functions());
        assertEquals("5\n", run("run", "--invoke", "add", guest, "2", "3").out());
        assertEquals(
                "-2\n",
                run("run", "--invoke", "add", guest, "0xffff_ffff", "-1").out());
        assertEquals(
                "-9223372036854775808\n",
                run("run", "--invoke", "add64", guest, "0x7fffffffffffffff", "1")
                        .out());
        assertEquals("0.75\n", run("run", "--invoke", "half", guest, "1.5").out());
        assertEquals("nan\n", run("run", "--invoke", "half", guest, "nan").out());
        assertEquals("-inf\n", run("run", "--invoke", "half32", guest, "-inf").out());
        assertEquals("12.0\n", run("run", "--invoke", "half32", guest, "0x18").out());
        assertEquals(
                "7\n-1\n",
                run("run", "--tier", "reference", "--invoke", "swap", guest, "-1", "7")
                        .out());
        assertEquals(
                "7\n-1\n",
                run("run", "--tier", "baseline", "--invoke", "swap", guest, "-1", "7")
                        .out());
        assertOneLine(64, "2 arguments", run("run", "--invoke", "add", guest, "1"));
        assertOneLine(64, "i32", run("run", "--invoke", "add", guest, "1", "0x1_0000_0000"));
        assertOneLine(64, "no function nothing", run("run", "--invoke", "nothing", guest));
    }

    @Test
    void keepsLimits() {
        String guest = guest(Guests.functions());
        assertEquals(
                "1\n",
                run("run", "--max-memory", "131072", "--invoke", "grow", guest, "1")
                        .out());
        assertEquals(
                "-1\n",
                run("run", "--max-memory", "128KiB", "--invoke", "grow", guest, "2")
                        .out());
        Result large = run("run", "--max-memory", "64KiB", guest(Guests.large()));
        assertOneLine(71, "memory", large);
        for (String bounds : new String[] {"guard", "explicit"}) {
            Result deep = run(
                    "run",
                    "--max-stack",
                    "256KiB",
                    "--bounds",
                    bounds,
                    "--invoke",
                    "recurse",
                    guest(Guests.functions()));
            assertEquals(134, deep.status(), deep.err());
            assertTrue(deep.err().contains("call stack exhausted"), deep.err());
        }
    }

    @Test
    void showsFoldersThatAreOpened() throws IOException {
        String program = Command.root().resolve("examples/wordcount.wasm").toString();
        Files.writeString(folder.resolve("text"), "one two\nthree\n");
        Result opened = run("run", "--dir", folder + "::/data:ro", program, "/data/text");
        assertEquals("       2        3       14 /data/text\n", opened.out());
        assertEquals(0, opened.status());
        Result closed = run("run", program, folder.resolve("text").toString());
        assertEquals(1, closed.status());
        assertEquals("", closed.out());
        Result outside = run("run", "--dir", folder + "::/data", program, "/data/../../../etc/passwd");
        assertEquals(1, outside.status());
        Result input = Command.emberwall("run", program)
                .input("a b".getBytes(StandardCharsets.UTF_8))
                .run();
        assertEquals("       0        2        3 -\n", input.out());
    }

    @Test
    void printsStatistics() {
        Result result =
                run("run", "--stats", "--tier", "baseline", "--invoke", "add", guest(Guests.functions()), "1", "2");
        assertEquals("3\n", result.out());
        for (String row : new String[] {"tier", "functions compiled", "machine code", "code memory", "exits"}) {
            assertTrue(result.err().contains(row), result.err());
        }
        assertEquals(134, run("run", "--stats", guest(Guests.divide("divide"))).status());
    }

    @Test
    void inspectsFunctions() {
        String guest = guest(Guests.functions());
        Result all = run("inspect", guest);
        assertEquals(0, all.status(), all.err());
        assertEquals(
                8,
                all.out().lines().filter(line -> line.startsWith("function ")).count());
        Result one = run("inspect", "--function", "add", guest);
        assertTrue(one.out().startsWith("function 2, exported as \"add\": [i32 i32] -> [i32]"), one.out());
        assertTrue(
                one.out().contains("i32.add")
                        && one.out().contains("ret")
                        && one.out().contains("push"),
                one.out());
        assertEquals(one.out(), run("inspect", "--function", "2", guest).out());
        assertOneLine(64, "99", run("inspect", "--function", "99", guest));
        assertOneLine(64, "imported", run("inspect", "--function", "0", guest(Guests.hello(""))));
        assertOneLine(66, "nowhere", run("inspect", "nowhere"));
    }

    @Test
    void examinesTheMachine() {
        Result result = run("doctor");
        assertEquals(0, result.status(), result.err());
        assertTrue(result.out().contains("Therefore\n  tier"), result.out());
        assertOneLine(64, "surplus", run("doctor", "surplus"));
    }

    @Test
    void runsWithoutNativeCodeAfterOneWarning() {
        String guest = guest(Guests.hello("hello\n"));
        Result overridden = Command.java(
                        "-Demberwall.platform.unavailable=testing says so",
                        "-cp",
                        Command.jar().toString())
                .and("emberwall.cli.Main", "run", guest)
                .run();
        assertEquals("hello\n", overridden.out());
        assertTrue(overridden.err().contains("testing says so"), overridden.err());
        Result denied = Command.java(
                        "--illegal-native-access=deny", "-cp", Command.jar().toString())
                .and("emberwall.cli.Main", "run", guest)
                .run();
        assertEquals("hello\n", denied.out());
        assertTrue(denied.err().contains("native access is denied"), denied.err());
        Result folders = Command.java(
                        "-Demberwall.platform.unavailable=testing says so",
                        "-cp",
                        Command.jar().toString())
                .and("emberwall.cli.Main", "run", "--dir", folder.toString(), guest)
                .run();
        assertEquals(71, folders.status(), folders.err());
    }

    /** What is started in the background of a script ignores SIGINT, and so does what it starts in turn. */
    @ParameterizedTest
    @CsvSource({"INT, 2", "TERM, 15"})
    void diesOfSignalsAsNativeProgramsDo(String name, int signal) throws IOException, InterruptedException {
        Process process =
                Command.emberwall("run", guest(Guests.helloThenSpin())).start();
        byte[] ready = process.getInputStream().readNBytes(6);
        assertEquals("ready\n", new String(ready, StandardCharsets.UTF_8));
        String sent = isIgnored(process, signal) ? "KILL" : name;
        new ProcessBuilder("kill", "-" + sent, Long.toString(process.pid()))
                .start()
                .waitFor();
        Result result =
                Command.result(process, Command.text(process.getInputStream()), Command.text(process.getErrorStream()));
        assertEquals(new Result(128 + (sent.equals(name) ? signal : 9), "", ""), result);
    }

    private static boolean isIgnored(Process process, int signal) throws IOException {
        String field = "SigIgn:";
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            if (line.startsWith(field)) {
                return (Long.parseUnsignedLong(line.substring(field.length()).trim(), 16) >> signal - 1 & 1) != 0;
            }
        }
        throw new AssertionError("no " + field);
    }

    @Test
    void diesOfAClosedPipe() throws IOException {
        Process process = Command.emberwall("run", guest(Guests.yes())).start();
        assertEquals('y', process.getInputStream().read());
        process.getInputStream().close();
        Result result = Command.result(
                process,
                java.util.concurrent.CompletableFuture.completedFuture(""),
                Command.text(process.getErrorStream()));
        assertEquals(new Result(128 + 13, "", ""), result);
    }

    @Test
    void launchesItself() {
        String launcher = Command.root().resolve("emberwall").toString();
        String hello = Command.root().resolve("examples/hello.wasm").toString();
        assertEquals(
                new Result(0, "Hello, Käthe!\n", ""),
                Command.program(launcher, "run", hello, "Käthe").run());
        Result exit = Command.program(launcher, "run", guest(Guests.exit(3))).run();
        assertEquals(new Result(3, "", ""), exit);
        assertFalse(Command.program(launcher, "--version").run().out().contains("development"));
    }

    @Test
    void startsWithTheFormsOfItsMethodHandles() {
        String launcher = Command.root().resolve("emberwall").toString();
        Command.program(launcher, "--version").run(); // records the cache
        Result result = Command.program(
                        "env",
                        "EMBERWALL_JAVA_OPTIONS=-Xlog:class+load:stdout",
                        launcher,
                        "run",
                        Command.root().resolve("examples/hello.wasm").toString(),
                        "you")
                .run();
        assertTrue(result.out().contains("jdk.internal.foreign.abi.DowncallStub"), result.out());
        assertEquals(
                List.of(),
                result.out()
                        .lines()
                        .filter(line -> line.contains("LambdaForm$DMH/") && !line.endsWith("shared objects file"))
                        .toList());
    }
}
