/**
 * Compiled functions: what compilers ask about a module, and what they hand back.
 *
 * <p>Code is shared by all instances of a module; everything that belongs to one instance it reaches through the
 * instance block. A {@link emberwall.engine.code.PositionTable} leads from machine code back to the bytecode.
 */
package emberwall.engine.code;
