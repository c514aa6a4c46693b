/**
 * Plays the conformance scripts of WebAssembly against an engine, through its public API.
 *
 * <pre>
 *   NAME.wast ──WastParser──┐
 *                           ├──► Script ──ScriptRunner──► ScriptReport ──► Totals
 *   NAME.json ──JsonScript──┘                 │
 *                                  Engine, Store, Spectest
 * </pre>
 *
 * <p>Every command counts once: as passed, failed, skipped, or superseded by a later standard. A thread of a script is a
 * thread with a store of its own. A module that needs what the engine's tier cannot run is
 * decoded and validated all the same, but then it, the commands addressed to it and those that depend on it through imports
 * are skipped, and the first instruction or type that is to blame is named. A module that must be refused is never skipped.
 */
package emberwall.script;
