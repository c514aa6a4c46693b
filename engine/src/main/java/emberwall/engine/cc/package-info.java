/**
 * The machine's own C compiler as a tier: a module becomes C, the C a shared library, and the library is loaded.
 *
 * <pre>
 *   Module ──CTranslator──► text ──CCompiler──► emberwall.so ──CLibrary──► addresses of functions, notes by address
 * </pre>
 *
 * A function of the module is a C function with the same parameters; the compiler must leave r14 and r15 alone, which
 * hold instance and fiber as they do everywhere. A library needs nothing of the C library and nothing of ours: it leaves
 * through the code pointers of the fiber block. Slow to compile, easy to look into, and a yardstick for our own compilers.
 */
package emberwall.engine.cc;
