package emberwall.wasi.file;

import emberwall.engine.Attention;

/** An open file of a {@link MemoryTree}. */
final class MemoryFile implements Descriptor {
    private static final int PART = 1 << 16;

    private final MemoryNode node;
    private final boolean writable;
    private int flags;
    private long position;
    private boolean closed;

    /** Opens a file; the caller holds the tree's lock. */
    MemoryFile(MemoryNode node, boolean writable, int flags) {
        this.node = node;
        this.writable = writable;
        this.flags = flags;
        node.opened++;
    }

    @Override
    public FileType type() {
        return FileType.REGULAR_FILE;
    }

    @Override
    public int flags() {
        return flags;
    }

    /** As for files of the host: append and nonblock can change. */
    @Override
    public void setFlags(int wanted) {
        if (((wanted ^ flags) & ~(APPEND | NONBLOCK)) != 0) {
            throw new ErrnoException(Errno.NOTSUP);
        }
        flags = wanted;
    }

    @Override
    public long read(Buffers buffers, Attention attention) {
        long count = transfer(buffers, attention, position, false);
        position += count;
        return count;
    }

    @Override
    public long write(Buffers buffers, Attention attention) {
        synchronized (node.tree) {
            long start = (flags & APPEND) != 0 ? node.content.size() : position;
            long count = transfer(buffers, attention, start, true);
            position = start + count;
            return count;
        }
    }

    @Override
    public long readAt(Buffers buffers, long offset, Attention attention) {
        return transfer(buffers, attention, checked(offset), false);
    }

    /** As on Linux, what is opened for appending appends, whatever the offset. */
    @Override
    public long writeAt(Buffers buffers, long offset, Attention attention) {
        synchronized (node.tree) {
            long start = checked(offset);
            return transfer(buffers, attention, (flags & APPEND) != 0 ? node.content.size() : start, true);
        }
    }

    private static long checked(long offset) {
        if (offset < 0) {
            throw new ErrnoException(Errno.INVAL);
        }
        return offset;
    }

    private long transfer(Buffers buffers, Attention attention, long start, boolean write) {
        if (write && !writable) {
            throw new ErrnoException(Errno.BADF);
        }
        byte[] part = new byte[(int) Math.min(PART, buffers.total())];
        long done = 0;
        while (done < buffers.total()) {
            int wanted = (int) Math.min(part.length, buffers.total() - done);
            int count = write
                    ? writePart(buffers, done, part, wanted, start + done)
                    : readPart(buffers, done, part, wanted, start + done);
            done += count;
            if (count < wanted) {
                break;
            }
            attention.check();
        }
        return done;
    }

    private int readPart(Buffers buffers, long done, byte[] part, int wanted, long at) {
        int count;
        synchronized (node.tree) {
            count = node.content.read(at, part, wanted);
            node.accessed = node.tree.now();
        }
        buffers.scatter(done, part, count);
        return count;
    }

    /** Writes a part, or nothing if there is no room and something was written before. */
    private int writePart(Buffers buffers, long done, byte[] part, int wanted, long at) {
        buffers.gather(done, part, wanted);
        synchronized (node.tree) {
            try {
                if (at > MemoryContent.MOST) {
                    throw new ErrnoException(Errno.FBIG);
                }
                node.content.write(at, part, wanted);
                node.modify();
                return wanted;
            } catch (ErrnoException full) {
                if (done == 0) {
                    throw full;
                }
                return 0;
            }
        }
    }

    @Override
    public long seek(long offset, int whence) {
        synchronized (node.tree) {
            long from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? position : node.content.size();
            long target = from + offset;
            if (target < 0) { // before the start, or beyond what can be counted
                throw new ErrnoException(Errno.INVAL);
            }
            position = target;
            return target;
        }
    }

    @Override
    public FileStat stat() {
        synchronized (node.tree) {
            return node.stat();
        }
    }

    @Override
    public void setSize(long size) {
        if (size < 0 || !writable) {
            throw new ErrnoException(Errno.INVAL);
        }
        synchronized (node.tree) {
            node.content.resize(size);
            node.modify();
        }
    }

    @Override
    public void allocate(long offset, long length) {
        if (offset < 0 || length <= 0) {
            throw new ErrnoException(Errno.INVAL);
        }
        if (!writable) {
            throw new ErrnoException(Errno.BADF);
        }
        if (offset > MemoryContent.MOST || length > MemoryContent.MOST - offset) {
            throw new ErrnoException(Errno.FBIG);
        }
        synchronized (node.tree) {
            if (offset + length > node.content.size()) {
                node.content.resize(offset + length);
            }
            node.modify();
        }
    }

    /** There is nothing to prepare. */
    @Override
    public void advise(long offset, long length, int advice) {}

    /** There is no disk. */
    @Override
    public void sync(boolean dataOnly) {}

    @Override
    public void setTimes(Times times) {
        synchronized (node.tree) {
            node.setTimes(times);
        }
    }

    @Override
    public long available() {
        synchronized (node.tree) {
            return Math.max(0, node.content.size() - position);
        }
    }

    @Override
    public void close() {
        synchronized (node.tree) {
            if (!closed) {
                closed = true;
                node.opened--;
                node.tree.release(node);
            }
        }
    }
}
