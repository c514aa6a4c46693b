/** What the tests of all modules share: oracles that we did not write, and the conformance data. */
package emberwall.testing;
