package emberwall.wasi.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.wasi.host.Beneath;
import emberwall.wasi.host.Kernel;
import emberwall.wasi.host.Tree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every operation that takes a path, on every path that leads out. */
class HostileTreeTest {
    private static final Times THEN = new Times(1_000_000_000L, 0, 1_000_000_000L, 0);

    @TempDir
    Path place;

    private Tree tree;
    private Kernel kernel;
    private Directory root;

    @BeforeEach
    void make() throws IOException {
        tree = new Tree(place);
        kernel = new Kernel();
    }

    @AfterEach
    void close() throws IOException {
        root.close();
        kernel.close();
        tree.close();
    }

    private void open(boolean openat2, boolean readOnly) {
        root = HostDirectory.preopen(kernel, new Beneath(kernel, openat2), bytes(tree.root.toString()), readOnly);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private interface Operation {
        void on(byte[] path);
    }

    private Operation[] operations() {
        byte[] in = bytes("file");
        byte[] spare = bytes("spare");
        return new Operation[] {
            path -> root.open(path, true, 0, true, false, 0).close(),
            path -> root.open(path, false, 0, true, false, 0).close(),
            path -> root.open(path, true, Directory.CREATE, true, true, 0).close(),
            path -> root.open(path, true, Directory.TRUNCATE, false, true, 0).close(),
            path -> root.open(path, true, Directory.ONLY_DIRECTORY, true, false, 0)
                    .close(),
            path -> root.stat(path, true),
            path -> root.stat(path, false),
            path -> root.setTimes(path, true, THEN),
            path -> root.setTimes(path, false, THEN),
            root::createDirectory,
            root::removeDirectory,
            root::unlink,
            path -> root.link(path, root, spare),
            path -> root.link(in, root, path),
            path -> root.rename(path, root, spare),
            path -> root.rename(in, root, path),
            path -> root.symlink(in, path),
            root::readlink,
        };
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothingOutsideCanBeReached(boolean openat2) throws IOException {
        open(openat2, false);
        String[] paths = {
            "..", "../", "../x", "../outside/secret", "../outside/x", "../outside/dir", "dir/../../outside/secret",
            "dir/../../outside/x", "dir/sub/../../../outside/dir", "/", "/etc/passwd", "/x", "out/secret", "out/x",
            "out/dir", "out/dir/file", "out/.", "out/..", "out/dir/..", "out/dir/../secret", "parent/outside/secret",
            "parent/x", "zigzag/secret", "zigzag/x", "slashes/secret", "absolute/secret", "absolute/x", "absolute/dir",
            "here/../outside/secret", "here/..", "dir/up/../x", "etc/passwd", "slash/etc/passwd", "proc_root/etc/passwd"
        };
        for (String path : paths) {
            Operation[] operations = operations();
            for (int i = 0; i < operations.length; i++) {
                Operation operation = operations[i];
                var e = assertThrows(ErrnoException.class, () -> operation.on(bytes(path)), path + " by " + i);
                assertEquals(Errno.PERM, e.errno(), path + " by " + i);
            }
        }
        assertTrue(tree.outsideUntouched());
        assertTrue(Files.exists(tree.root.resolve("file")));
    }

    /** A slash behind a link means what it leads to: then that must lie inside, or the link itself is refused. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void slashesBehindLinksLeadNowhere(boolean openat2) throws IOException {
        open(openat2, false);
        for (String path : new String[] {"out/", "out//", "absolute/", "slash/", "out_file/", "chain1/", "parent/"}) {
            Operation[] operations = operations();
            for (int i = 0; i < operations.length; i++) {
                Operation operation = operations[i];
                assertThrows(ErrnoException.class, () -> operation.on(bytes(path)), path + " by " + i);
            }
            assertTrue(Files.isSymbolicLink(tree.root.resolve(path)), path + " is still there");
        }
        assertTrue(tree.outsideUntouched());
    }

    /** Links that lead out can themselves be looked at, moved and removed. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void linksOutAreThings(boolean openat2) throws IOException {
        open(openat2, false);
        assertEquals(FileType.SYMBOLIC_LINK, root.stat(bytes("out"), false).type());
        assertEquals("../outside", new String(root.readlink(bytes("out")), StandardCharsets.UTF_8));
        assertErrno(Errno.PERM, () -> root.readlink(bytes("absolute")));
        assertErrno(Errno.INVAL, () -> root.readlink(bytes("file")));
        root.setTimes(bytes("out_file"), false, THEN);
        root.link(bytes("out_file"), root, bytes("second")); // a second name for the link
        assertTrue(Files.isSymbolicLink(tree.root.resolve("second")));
        root.rename(bytes("second"), root, bytes("dir/third"));
        root.unlink(bytes("dir/third"));
        root.unlink(bytes("out"));
        assertErrno(Errno.NOTDIR, () -> root.removeDirectory(bytes("absolute")));
        root.rename(bytes("file"), root, bytes("absolute")); // replaces the link
        assertEquals("mine", Files.readString(tree.root.resolve("absolute")));
        assertTrue(tree.outsideUntouched());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void linksAreMadeRelativeOnly(boolean openat2) throws IOException {
        open(openat2, false);
        assertErrno(Errno.PERM, () -> root.symlink(bytes("/etc/passwd"), bytes("new")));
        assertErrno(Errno.PERM, () -> root.symlink(bytes("/"), bytes("new")));
        assertErrno(Errno.NOENT, () -> root.symlink(bytes(""), bytes("new")));
        assertErrno(Errno.INVAL, () -> root.symlink(bytes("a\0b"), bytes("new")));
        assertErrno(Errno.NOENT, () -> root.symlink(bytes("file"), bytes("new/")));
        assertErrno(Errno.EXIST, () -> root.symlink(bytes("file"), bytes("out")));
        root.symlink(bytes("../outside/secret"), bytes("new")); // may be said, is not followed
        assertErrno(Errno.PERM, () -> root.open(bytes("new"), true, 0, true, false, 0));
        assertTrue(tree.outsideUntouched());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void slashesMeanDirectories(boolean openat2) throws IOException {
        open(openat2, false);
        root.createDirectory(bytes("new/"));
        root.rename(bytes("new/"), root, bytes("newer//"));
        root.removeDirectory(bytes("newer///"));
        assertErrno(Errno.NOTDIR, () -> root.unlink(bytes("file/")));
        assertErrno(Errno.ISDIR, () -> root.unlink(bytes("dir/")));
        assertErrno(Errno.ISDIR, () -> root.unlink(bytes("dir")));
        assertErrno(Errno.NOTDIR, () -> root.removeDirectory(bytes("file/")));
        assertErrno(Errno.NOTDIR, () -> root.rename(bytes("file/"), root, bytes("x")));
        assertErrno(Errno.NOTDIR, () -> root.rename(bytes("file"), root, bytes("x/")));
        assertErrno(Errno.NOTDIR, () -> root.link(bytes("file/"), root, bytes("x")));
        assertErrno(Errno.PERM, () -> root.link(bytes("dir/"), root, bytes("x")));
        assertErrno(Errno.PERM, () -> root.link(bytes("dir"), root, bytes("x")));
        assertErrno(Errno.PERM, () -> root.link(bytes("dir/.."), root, bytes("x")));
        assertErrno(Errno.NOENT, () -> root.link(bytes("file"), root, bytes("x/")));
        assertErrno(Errno.NOTDIR, () -> root.stat(bytes("file/"), false));
        assertErrno(Errno.NOTEMPTY, () -> root.removeDirectory(bytes("dir")));
        assertErrno(Errno.INVAL, () -> root.removeDirectory(bytes(".")));
        assertErrno(Errno.NOTEMPTY, () -> root.removeDirectory(bytes("dir/sub/..")));
        assertErrno(Errno.EXIST, () -> root.createDirectory(bytes("dir/..")));
        assertErrno(Errno.BUSY, () -> root.rename(bytes("dir/sub/.."), root, bytes("x")));
        assertErrno(Errno.ISDIR, () -> root.unlink(bytes("dir/sub/..")));
        assertEquals("mine", Files.readString(tree.root.resolve("file")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readOnlyChangesNothing(boolean openat2) throws IOException {
        open(openat2, true);
        Path other = Files.createDirectory(place.resolve("other"));
        Directory writable =
                HostDirectory.preopen(kernel, new Beneath(kernel, openat2), bytes(other.toString()), false);
        byte[] in = bytes("file");
        byte[] spare = bytes("spare");
        Operation[] changes = {
            path -> root.open(path, true, Directory.CREATE, true, false, 0),
            path -> root.open(path, true, Directory.TRUNCATE, true, false, 0),
            path -> root.open(path, true, 0, false, true, 0),
            path -> root.setTimes(path, true, THEN),
            path -> root.createDirectory(path),
            path -> root.removeDirectory(path),
            path -> root.unlink(path),
            path -> root.link(path, root, spare),
            path -> root.link(path, writable, spare), // else it could be written there
            path -> root.rename(path, writable, spare),
            path -> writable.rename(spare, root, path),
            path -> writable.link(spare, root, path),
            path -> root.symlink(in, path),
        };
        for (String path : new String[] {"file", "dir/file", "dir", "nothing", "to_file"}) {
            for (int i = 0; i < changes.length; i++) {
                Operation change = changes[i];
                assertErrno(Errno.ROFS, () -> change.on(bytes(path)), path + " by " + i);
            }
        }
        Directory below = root.open(bytes("dir"), true, 0, true, false, 0).directory();
        assertTrue(below.readOnly());
        assertErrno(Errno.ROFS, () -> below.open(in, true, 0, false, true, 0));
        below.close();
        assertEquals(4, root.stat(in, true).size());
        writable.close();
        assertEquals("mine", Files.readString(tree.root.resolve("file")));
    }

    private interface Attempt {
        void run();
    }

    private static void assertErrno(Errno wanted, Attempt attempt) {
        assertErrno(wanted, attempt, "");
    }

    private static void assertErrno(Errno wanted, Attempt attempt, String message) {
        assertEquals(
                wanted,
                assertThrows(ErrnoException.class, attempt::run, message).errno(),
                message);
    }
}
