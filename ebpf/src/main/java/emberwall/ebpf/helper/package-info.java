/**
 * Helpers: functions that programs call by number, in Java or as signatures alone.
 *
 * <pre>
 *   HelperSignature   what the verifier checks of a call, and knows after it
 *   Helper            what a call does: five words and the running program in, one word out
 *   HelperSet         both by number: the standard set, those that an interface declares, and signatures without a body
 * </pre>
 */
package emberwall.ebpf.helper;
