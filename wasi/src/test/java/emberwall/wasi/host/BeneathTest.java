package emberwall.wasi.host;

import static emberwall.os.Errno.*;
import static emberwall.wasi.host.Linux.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths that try to leave, by {@code openat2} and by our own walk: both must say the same. */
class BeneathTest {
    @TempDir
    Path place;

    private Tree tree;
    private Kernel kernel;
    private int root;

    @BeforeEach
    void open() throws IOException {
        tree = new Tree(place);
        kernel = new Kernel();
        root = directory(tree.root);
    }

    @AfterEach
    void close() throws IOException {
        kernel.close(root);
        kernel.close();
        tree.close();
    }

    private int directory(Path path) {
        int fd = kernel.openat(AT_FDCWD, bytes(path.toString()), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
        assertTrue(fd >= 0);
        return fd;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void thisKernelHasOpenat2() {
        // Not a demand on every machine: but then the other tests here test the walk twice.
        assertEquals(Beneath.works(kernel), kernel.openat2(AT_FDCWD, bytes("."), O_PATH, 0, 0) >= 0);
    }

    // @formatter:off
    /** Path, then what opening it for reading gives: with links in last place followed, and not. */
    private static final Object[][] PATHS = {
        // inside
        {"file",                          "mine",         "mine"},
        {"./file",                        "mine",         "mine"},
        {"dir/file",                      "mine",         "mine"},
        {"dir/.//sub/../../dir/./file",   "mine",         "mine"},
        {"dir/../file",                   "mine",         "mine"},
        {"to_file",                       "mine",         ELOOP},
        {"to_dir/file",                   "mine",         "mine"},
        {"dir/to_file",                   "mine",         ELOOP},
        {"dir/up/file",                   "mine",         "mine"},
        {"dir/up/dir/up/dir/up/file",     "mine",         "mine"},
        {"here/here/here/file",           "mine",         "mine"},
        {".",                             "",             ""},
        {"dir/",                          "",             ""},
        {"dir///",                        "",             ""},
        {"to_dir/",                       "",             ""},
        {"dir/sub/..",                    "",             ""},
        {"dir/..",                        "",             ""},
        // wrong
        {"",                              ENOENT,         ENOENT},
        {"nothing",                       ENOENT,         ENOENT},
        {"nothing/..",                    ENOENT,         ENOENT},
        {"file/",                         ENOTDIR,        ENOTDIR},
        {"file/.",                        ENOTDIR,        ENOTDIR},
        {"file/..",                       ENOTDIR,        ENOTDIR},
        {"file/x",                        ENOTDIR,        ENOTDIR},
        {"to_file/",                      ENOTDIR,        ENOTDIR},
        {"file\0",                        EINVAL,         EINVAL},
        {"file\0/../../outside/secret",   EINVAL,         EINVAL},
        {"\0",                            EINVAL,         EINVAL},
        {"loop",                          ELOOP,          ELOOP},
        {"loop/x",                        ELOOP,          ELOOP},
        {"ping",                          ELOOP,          ELOOP},
        {"dangling",                      ENOENT,         ELOOP},
        // out
        {"..",                            EXDEV,          EXDEV},
        {"../",                           EXDEV,          EXDEV},
        {"../root/file",                  EXDEV,          EXDEV},
        {"../outside/secret",             EXDEV,          EXDEV},
        {"dir/../../outside/secret",      EXDEV,          EXDEV},
        {"dir/sub/../../../outside",      EXDEV,          EXDEV},
        {"dir/up/../outside/secret",      EXDEV,          EXDEV},
        {"./../outside/secret",           EXDEV,          EXDEV},
        {"here/../outside/secret",        EXDEV,          EXDEV},
        {"/",                             EXDEV,          EXDEV},
        {"//",                            EXDEV,          EXDEV},
        {"/etc/passwd",                   EXDEV,          EXDEV},
        {"/file",                         EXDEV,          EXDEV},
        {"out/secret",                    EXDEV,          EXDEV},
        {"out/",                          EXDEV,          EXDEV},
        {"out/.",                         EXDEV,          EXDEV},
        {"out/..",                        EXDEV,          EXDEV},
        {"out/../root/file",              EXDEV,          EXDEV},
        {"out",                           EXDEV,          ELOOP},
        {"out_file",                      EXDEV,          ELOOP},
        {"parent",                        EXDEV,          ELOOP},
        {"parent/root/file",              EXDEV,          EXDEV},
        {"zigzag/secret",                 EXDEV,          EXDEV},
        {"slashes/secret",                EXDEV,          EXDEV},
        {"chain1",                        EXDEV,          ELOOP},
        {"chain2",                        EXDEV,          ELOOP},
        {"dangling_out",                  EXDEV,          ELOOP},
        {"absolute/secret",               EXDEV,          EXDEV},
        {"absolute",                      EXDEV,          ELOOP},
        {"absolute_in",                   EXDEV,          ELOOP},
        {"etc/passwd",                    EXDEV,          EXDEV},
        {"slash/etc/passwd",              EXDEV,          EXDEV},
        {"proc_root/etc/passwd",          EXDEV,          EXDEV},
    };
    // @formatter:on

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsOnlyWhatLiesBeneath(boolean openat2) {
        Beneath beneath = new Beneath(kernel, openat2);
        for (Object[] row : PATHS) {
            check(beneath, row[0].toString(), 0, row[1]);
            check(beneath, row[0].toString(), O_NOFOLLOW, row[2]);
        }
    }

    private void check(Beneath beneath, String path, int flags, Object wanted) {
        int fd = beneath.open(root, bytes(path), O_RDONLY | flags, 0);
        Object found = fd < 0 ? (Object) Integer.valueOf(-fd) : content(fd);
        if (fd >= 0) {
            kernel.close(fd);
        }
        assertEquals(wanted, found, () -> path + (flags == 0 ? "" : ", links not followed"));
    }

    private String content(int fd) {
        if ((kernel.mode(fd) & S_IFMT) == S_IFDIR) {
            return "";
        }
        kernel.vector(0, kernel.data(), 100);
        return new String(
                emberwall.os.RawMemory.bytes(kernel.data(), (int) kernel.readv(fd, 1)), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void createsOnlyBeneath(boolean openat2) throws IOException {
        Beneath beneath = new Beneath(kernel, openat2);
        String[] out = {
            "../new",
            "../outside/new",
            "out/new",
            "parent/new",
            "zigzag/new",
            "absolute/new",
            "dangling_out",
            "/new",
            "dir/../../outside/new",
            "slashes/new",
            "out_file",
            "chain1"
        };
        for (String path : out) {
            int fd = beneath.open(root, bytes(path), O_WRONLY | O_CREAT | O_TRUNC, 0666);
            assertEquals(-EXDEV, fd, path);
        }
        int made = beneath.open(root, bytes("dangling"), O_WRONLY | O_CREAT, 0666); // through the link, inside
        assertTrue(made >= 0);
        kernel.close(made);
        assertTrue(Files.exists(tree.root.resolve("nothing")));
        assertEquals(-EEXIST, beneath.open(root, bytes("to_file"), O_WRONLY | O_CREAT | O_EXCL, 0666));
        assertEquals(-EEXIST, beneath.open(root, bytes("out_file"), O_WRONLY | O_CREAT | O_EXCL, 0666));
        assertEquals(-EISDIR, beneath.open(root, bytes("dir"), O_WRONLY | O_CREAT, 0666));
        assertTrue(tree.outsideUntouched());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void opensLinksThemselvesByPath(boolean openat2) {
        Beneath beneath = new Beneath(kernel, openat2);
        for (String name : new String[] {"to_file", "out", "etc", "loop", "dangling"}) {
            int fd = beneath.open(root, bytes(name), O_PATH | O_NOFOLLOW, 0);
            assertTrue(fd >= 0, name);
            assertEquals(S_IFLNK, kernel.mode(fd) & S_IFMT, name);
            kernel.close(fd);
        }
        int fd = beneath.open(root, bytes("to_file"), O_PATH, 0);
        assertEquals(S_IFREG, kernel.mode(fd) & S_IFMT);
        kernel.close(fd);
        assertEquals(-EXDEV, beneath.open(root, bytes("out"), O_PATH, 0));
    }

    /** The links in /proc/self lead anywhere, whatever they say. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void followsNoMagicLinks(boolean openat2) {
        Beneath beneath = new Beneath(kernel, openat2);
        int proc = directory(Path.of("/proc/self"));
        try {
            for (String path : new String[] {"root/etc/passwd", "cwd/x", "exe", "fd/" + root, "fd/" + root + "/file"}) {
                int fd = beneath.open(proc, bytes(path), O_RDONLY, 0);
                assertTrue(fd == -ELOOP || fd == -EXDEV, path + ": " + fd);
            }
        } finally {
            kernel.close(proc);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void longPathsEnd(boolean openat2) {
        Beneath beneath = new Beneath(kernel, openat2);
        assertEquals(-ENAMETOOLONG, beneath.open(root, bytes("a".repeat(256)), O_RDONLY, 0));
        assertEquals(-ENAMETOOLONG, beneath.open(root, bytes("./".repeat(2048)), O_RDONLY, 0));
        assertEquals(-ENAMETOOLONG, beneath.open(root, new byte[1 << 20], O_RDONLY, 0));
        int fd = beneath.open(root, bytes("./".repeat(2040) + "file"), O_RDONLY, 0);
        assertTrue(fd >= 0);
        kernel.close(fd);
        fd = beneath.open(root, bytes("dir/../".repeat(500) + "file"), O_RDONLY, 0);
        assertTrue(fd >= 0);
        kernel.close(fd);
    }

    /** Forty links in a row are followed, more are a loop. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void countsLinks(boolean openat2) throws IOException {
        Beneath beneath = new Beneath(kernel, openat2);
        Files.createSymbolicLink(tree.root.resolve("l0"), Path.of("file"));
        for (int i = 1; i < 41; i++) {
            Files.createSymbolicLink(tree.root.resolve("l" + i), Path.of("l" + (i - 1)));
        }
        int fd = beneath.open(root, bytes("l39"), O_RDONLY, 0);
        assertTrue(fd >= 0, "" + fd);
        kernel.close(fd);
        assertEquals(-ELOOP, beneath.open(root, bytes("l40"), O_RDONLY, 0));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void parentsLieBeneath(boolean openat2) {
        Beneath beneath = new Beneath(kernel, openat2);
        String[] out = {
            "..", "../", "../x", "out/x", "dir/../..", "dir/../../x", "/x", "/", "absolute/x", "here/..", "zigzag/x"
        };
        for (String path : out) {
            try (Parent parent = beneath.parent(root, bytes(path))) {
                assertEquals(-EXDEV, parent.directory(), path);
            }
        }
        // @formatter:off
        String[][] in = {
            {"x",            "x"},
            {"x/",           "x/"},
            {"x///",         "x/"},
            {"dir/x",        "x"},
            {"dir//x//",     "x/"},
            {"to_dir/x",     "x"},
            {"dir/..",       ".."},
            {"dir/.",        "."},
            {".",            "."},
            {"out",          "out"},
            {"out/",         "out/"},
        };
        // @formatter:on
        for (String[] row : in) {
            try (Parent parent = beneath.parent(root, bytes(row[0]))) {
                assertTrue(parent.directory() >= 0, row[0]);
                assertEquals(row[1], new String(parent.name(), StandardCharsets.UTF_8));
            }
        }
        try (Parent parent = beneath.parent(root, bytes("file/x"))) {
            assertEquals(-ENOTDIR, parent.directory());
        }
    }

    /** No attack above leaves descriptors open. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closesWhatItOpens(boolean openat2) throws IOException {
        readsOnlyWhatLiesBeneath(openat2);
        long open = descriptors();
        for (int i = 0; i < 20; i++) {
            readsOnlyWhatLiesBeneath(openat2);
        }
        assertEquals(open, descriptors(), 10);
    }

    private static long descriptors() throws IOException {
        try (var list = Files.list(Path.of("/proc/self/fd"))) {
            return list.count();
        }
    }
}
