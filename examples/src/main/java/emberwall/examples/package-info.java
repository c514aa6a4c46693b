/**
 * Programs that make machine code for themselves, as people do in practice: each reads something that is known only when the
 * program runs, and compiles it with {@link emberwall.jit.Jit}.
 *
 * <pre>
 *   RegexCompiler     regular expression ─► nfa ─► dfa ─► a block for each state
 *   ColumnQuery       filter and sum over columns as Apache Arrow lays them out ─► one loop
 *   StackMachine      bytecode of a small machine ─► the stack disappears into registers
 * </pre>
 *
 * {@link emberwall.examples.Add4} says the same function three ways.
 */
package emberwall.examples;
