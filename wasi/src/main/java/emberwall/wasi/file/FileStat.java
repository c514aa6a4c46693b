package emberwall.wasi.file;

/**
 * The attributes of a file ({@code filestat}).
 *
 * @param device identifies the file system
 * @param inode identifies the file in it
 * @param type what it is
 * @param links number of names
 * @param size in bytes
 * @param accessed last access, nanoseconds since 1970, as are the next two
 * @param modified last change of the content
 * @param changed last change of the attributes
 */
public record FileStat(
        long device, long inode, FileType type, long links, long size, long accessed, long modified, long changed) {}
