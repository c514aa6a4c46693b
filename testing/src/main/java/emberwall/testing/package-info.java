/**
 * What the tests of all modules share: oracles that we did not write, and the conformance data.
 *
 * <p>{@link emberwall.testing.Shared} finds the data, {@link emberwall.testing.SuiteScript} reads one converted script of
 * WebAssembly's official suite, and {@link emberwall.testing.ScriptRunner} plays it against anything that implements
 * {@link emberwall.testing.ScriptEngine}: a tier of the engine, or the reference interpreter. What the engine under test
 * does not support is skipped module by module, named and counted; everything else must pass.
 */
package emberwall.testing;
