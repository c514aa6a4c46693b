/** What the operators are on x86-64. Registers, features and traps are the caller's business. */
package emberwall.codegen.x64;
