/**
 * What the tests of all modules share: oracles that we did not write, and the conformance data.
 *
 * <p>{@link emberwall.testing.Shared} finds the data; what is in it is read where it is wanted.
 */
package emberwall.testing;
