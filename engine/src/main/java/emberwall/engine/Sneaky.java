package emberwall.engine;

/** Lets what a host function throws pass as it is, checked or not. */
final class Sneaky {
    private Sneaky() {}

    static void call(HostFunction function, Call call) {
        try {
            function.call(call);
        } catch (Exception exception) {
            throw Sneaky.<RuntimeException>as(exception);
        }
    }

    @SuppressWarnings("unchecked")
    static <E extends Throwable> E as(Throwable exception) throws E {
        throw (E) exception;
    }
}
