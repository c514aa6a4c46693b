/**
 * What Jazzer feeds with bytes that it makes up, guided by the branches that they take. Each target is a class with a method
 * {@code fuzzerTestOneInput} and a row in {@link emberwall.fuzz.targets.Target}; it returns, or throws what it found.
 *
 * <p>Seeds come from the shared data and from {@code src/test/resources/emberwall/fuzz/targets/NAME}, where every input that
 * once showed a bug stays: {@link emberwall.fuzz.targets.JazzerTest} runs all of these without Jazzer, then Jazzer for some
 * seconds in a JVM of its own. {@code fuzz/run jazzer --seconds N [TARGET]} does it for longer.
 */
package emberwall.fuzz.targets;
