/**
 * Differential testing: modules that are valid by construction run in every engine and must mean the same.
 *
 * <pre>
 *   seed ──ModuleGenerator──► module ──Differential──► agree
 *                                ▲          │
 *                                └─Shrinker─┴──► the smallest module that still disagrees, kept as a case
 * </pre>
 */
package emberwall.fuzz;
