/**
 * The {@code emberwall} command: run a program behind the wall, look at its machine code, read and write its text, play
 * conformance scripts, ask what this machine allows.
 *
 * <pre>
 *   emberwall run FILE [ARGS]     {@link emberwall.cli.RunCommand}
 *   emberwall inspect FILE        {@link emberwall.cli.InspectCommand}
 *   emberwall wat2wasm FILE       {@link emberwall.cli.TextCommands}
 *   emberwall wasm2wat FILE       {@link emberwall.cli.TextCommands}
 *   emberwall validate FILE...    {@link emberwall.cli.TextCommands}
 *   emberwall wast FILE|DIR...    {@link emberwall.cli.WastCommand}
 *   emberwall doctor              {@link emberwall.cli.DoctorCommand}
 * </pre>
 *
 * The command line is described once, as picocli models in {@link emberwall.cli.CommandLines}; no annotations, since
 * finding them by reflection costs a tenth of a second in a cold JVM. Commands read the parsed options, do their work
 * with the public API and return a {@link emberwall.cli.Status}; whatever goes wrong is a {@link emberwall.cli.Failure}
 * with one line for the user, which only {@link emberwall.cli.Main} prints. Results go to standard output, everything
 * about Emberwall itself (errors, traps, statistics) to standard error, so that a guest's output can be piped on.
 */
package emberwall.cli;
