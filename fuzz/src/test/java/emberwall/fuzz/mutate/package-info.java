/**
 * Damaged modules: what stands in valid modules, broken in the ways in which hostile files are broken, is refused with one
 * clear error or runs within its limits, in every engine.
 *
 * <pre>
 *   seeds (the suite, examples, small programs)
 *     └─► {@link emberwall.fuzz.mutate.Mutator}: run, number → bytes, always the same
 *           └─► {@link emberwall.fuzz.mutate.Trial}: compile, instantiate, call, in each configuration; equal outcomes
 * </pre>
 *
 * It happens in child JVMs ({@link emberwall.fuzz.mutate.MutationRun}) with a small heap, so that a crash of the JVM or a
 * mutant that never ends costs the child alone and names the number of the mutant.
 */
package emberwall.fuzz.mutate;
