/**
 * Runs WebAssembly: the public API.
 *
 * <pre>
 *   Engine ── compile ──► CompiledModule ── instantiate(Imports) ──► Instance ── exports ──► Function
 *      └──── newStore ──────────────────────► Store ◄── owns ─────────┘                    Memory
 *                                                                                          Table
 *                                                                                          Global
 * </pre>
 *
 * An {@link emberwall.engine.Engine} owns code and decides how guests run (machine code, or plain Java where native
 * code is not to be had). A {@link emberwall.engine.CompiledModule} is checked and immutable; its code is shared by all
 * its instances. A {@link emberwall.engine.Store} owns what guests can change and is used by one thread at a time.
 * Everything that owns something outside the Java heap is {@link AutoCloseable}; closing twice is harmless, and closing
 * while a guest runs on another thread stops that guest first.
 */
package emberwall.engine;
