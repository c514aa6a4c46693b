package emberwall.wasm;

import java.util.concurrent.atomic.AtomicInteger;

/** Checks all bodies of a module on several threads, which take them in small runs, in order. */
final class ParallelValidation {
    private static final int RUN = 32;

    private final Module module;
    private final Limits limits;
    private final int wanted;
    private final FunctionInfo[] infos;
    private final AtomicInteger next = new AtomicInteger();
    /** The first body that is known to be at fault; none from there on matters any more. */
    private volatile int firstFault;

    private Throwable fault;

    ParallelValidation(Module module, Limits limits, int wanted) {
        this.module = module;
        this.limits = limits;
        this.wanted = wanted;
        this.infos = new FunctionInfo[module.functionCount() - module.importedFunctions()];
        this.firstFault = infos.length;
    }

    FunctionInfo[] run(int threads) {
        int useful = Math.min(threads, 1 + infos.length / RUN);
        Thread[] helpers = new Thread[Math.max(0, useful - 1)];
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] = new Thread(this::work, "emberwall-validator-" + i);
            helpers[i].setDaemon(true);
            helpers[i].start();
        }
        work();
        join(helpers);
        if (fault instanceof RuntimeException problem) {
            throw problem;
        }
        if (fault instanceof Error problem) {
            throw problem;
        }
        return infos;
    }

    /** Waits for the helpers, which are never long; an interrupt is kept for later. */
    private static void join(Thread[] helpers) {
        boolean interrupted = false;
        for (Thread helper : helpers) {
            while (true) {
                try {
                    helper.join();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        int body = 0;
        try {
            Validator validator = new Validator(module, limits, wanted);
            while ((body = next.getAndAdd(RUN)) < firstFault) {
                for (int end = Math.min(body + RUN, firstFault); body < end; body++) {
                    infos[body] = validator.validate(module.importedFunctions() + body);
                }
            }
        } catch (RuntimeException | Error problem) {
            fault(body, problem);
        }
    }

    private synchronized void fault(int body, Throwable problem) {
        if (body < firstFault || fault == null) {
            firstFault = body;
            fault = problem;
        }
    }
}
