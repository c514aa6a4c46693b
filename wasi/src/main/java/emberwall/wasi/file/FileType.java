package emberwall.wasi.file;

/** What kind of thing a descriptor or a directory entry is ({@code filetype}, in its order). */
public enum FileType {
    UNKNOWN,
    BLOCK_DEVICE,
    CHARACTER_DEVICE,
    DIRECTORY,
    REGULAR_FILE,
    SOCKET_DGRAM,
    SOCKET_STREAM,
    SYMBOLIC_LINK;

    private static final int S_IFMT = 0xf000;

    /** The number that the guest sees. */
    public int code() {
        return ordinal();
    }

    /** The type in a Linux {@code st_mode}; sockets count as stream sockets, pipes as unknown. */
    static FileType ofMode(int mode) {
        return ofEntry((mode & S_IFMT) >> 12);
    }

    /** The type in a Linux directory entry, whose numbers are those of {@code st_mode} shifted. */
    static FileType ofEntry(int type) {
        return switch (type) {
            case 2 -> CHARACTER_DEVICE;
            case 4 -> DIRECTORY;
            case 6 -> BLOCK_DEVICE;
            case 8 -> REGULAR_FILE;
            case 10 -> SYMBOLIC_LINK;
            case 12 -> SOCKET_STREAM;
            default -> UNKNOWN;
        };
    }
}
