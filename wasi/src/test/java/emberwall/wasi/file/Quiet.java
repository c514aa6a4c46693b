package emberwall.wasi.file;

import emberwall.engine.Attention;

/** Nobody asks the guest to end. */
public final class Quiet {
    public static final Attention ATTENTION = new Attention() {
        @Override
        public int eventfd() {
            return -1;
        }

        @Override
        public void check() {}

        @Override
        public long remainingNanos() {
            return Long.MAX_VALUE;
        }
    };

    private Quiet() {}
}
