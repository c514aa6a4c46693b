/**
 * How fast it is.
 *
 * <ul>
 *   <li>JMH classes for what takes nanoseconds or is repeated: {@link emberwall.bench.Calls} and
 *       {@link emberwall.bench.Kernels}, started by {@code bench/jmh}.
 *   <li>{@link emberwall.bench.Loading}, started by {@code bench/loading}: how fast modules are read and compiled.
 *   <li>{@link emberwall.bench.Exceptions}, started by {@code bench/exceptions}: what throwing and catching costs.
 *   <li>{@link emberwall.bench.Compare}, started by {@code bench/compare}: whole programs side by side with other
 *       engines and with native code, in interleaved rounds, so that a busy machine is unfair to all of them alike.
 * </ul>
 *
 * Programs and inputs lie beside the repository (see {@link emberwall.bench.Programs}); nothing here is a test.
 */
package emberwall.bench;
