package emberwall.wasi.host;

/** Where a name is to be changed: the directory that it stands in, and the name itself. */
public final class Parent implements AutoCloseable {
    private final Kernel kernel;
    private final int directory;
    private final byte[] name;
    private final boolean owned;

    Parent(Kernel kernel, int directory, byte[] name, boolean owned) {
        this.kernel = kernel;
        this.directory = directory;
        this.name = name;
        this.owned = owned;
    }

    /** The directory's descriptor, or a negated error number: why it could not be reached. */
    public int directory() {
        return directory;
    }

    /** The last name, with one slash behind it if the path ended in slashes. */
    public byte[] name() {
        return name;
    }

    /** Whether the last name is {@code .} or {@code ..}. */
    public boolean isDots() {
        int length = trailingSlash() ? name.length - 1 : name.length;
        return name[0] == '.' && (length == 1 || (length == 2 && name[1] == '.'));
    }

    /** Whether the path ended in a slash. */
    public boolean trailingSlash() {
        return name.length > 0 && name[name.length - 1] == '/';
    }

    @Override
    public void close() {
        if (owned && directory >= 0) {
            kernel.close(directory);
        }
    }
}
