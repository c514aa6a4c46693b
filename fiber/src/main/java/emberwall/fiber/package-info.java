/**
 * How guest code runs: on a stack of its own, leaving it only by an <em>exit</em>.
 *
 * <pre>
 *   Java                     stubs                         guest stack
 *   fiber.enter(thunk, ..)   save registers, switch   ->   thunk: move arguments, call
 *                                                          ... the guest runs ...
 *   int exit = ..       <-   switch back, return           call [r15 + EXIT_HOST_CALL]
 *   (do what it wants)
 *   fiber.resume()           switch                   ->   ... goes on ...
 *   int exit = RETURN   <-   switch back, return           thunk: jmp [r15 + EXIT_RETURN]
 * </pre>
 *
 * Entering is a downcall and leaving is its return, so no frame of the guest is on the Java stack while Java runs:
 * a host function may block, throw, unmount its virtual thread or enter the guest again. What both sides say to each
 * other lies in the {@link emberwall.fiber.FiberBlock}, to which {@code r15} points. {@link emberwall.fiber.Exit} lists
 * the ways out, {@link emberwall.fiber.Stubs} has their machine code.
 *
 * <p>A guest is stopped by moving the limit that its stack checks and loops compare with
 * ({@link emberwall.fiber.Fiber#requestAttention}); {@link emberwall.fiber.Watchdog} does so for deadlines and
 * interrupted threads. A fault on a guard page becomes an exit by the {@link emberwall.fiber.FaultHandler}.
 */
package emberwall.fiber;
