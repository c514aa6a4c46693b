package emberwall.ebpf.object;

import emberwall.ebpf.btf.Btf;
import emberwall.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The compiler that people write programs with; tests that need it are skipped with a line where it is absent. */
public final class Clang {
    /** What programs say in front, for want of kernel headers. */
    private static final String HEADER = """
            typedef unsigned char u8; typedef unsigned short u16; typedef unsigned int u32; typedef unsigned long long u64;
            #define SEC(name) __attribute__((section(name), used))
            #define __uint(name, val) int (*name)[val]
            #define __type(name, val) typeof(val) *name
            #define __array(name, val) typeof(val) *name[]
            #define NOINLINE __attribute__((noinline))
            #define CORE __attribute__((preserve_access_index))
            static void *(*lookup)(void *map, const void *key) = (void *) 1;
            static long (*update)(void *map, const void *key, const void *value, u64 flags) = (void *) 2;
            static long (*delete_elem)(void *map, const void *key) = (void *) 3;
            static long (*trace_printk)(const char *fmt, u32 size, ...) = (void *) 6;
            static long (*tail_call)(void *ctx, void *map, u32 index) = (void *) 12;
            static long (*csum_diff)(void *from, u32 from_size, void *to, u32 to_size, u32 seed) = (void *) 28;
            static void *(*ringbuf_reserve)(void *ring, u64 size, u64 flags) = (void *) 131;
            static void (*ringbuf_submit)(void *data, u64 flags) = (void *) 132;
            static long (*for_each)(void *map, void *fn, void *ctx, u64 flags) = (void *) 164;
            static long (*snprintf)(char *str, u32 size, const char *fmt, u64 *data, u32 data_len) = (void *) 165;
            static long (*loop)(u32 n, void *fn, void *ctx, u64 flags) = (void *) 181;
            static long (*strncmp)(const char *a, u32 size, const char *b) = (void *) 182;
            char said_license[] SEC("license") = "Dual MIT/GPL";
            """;

    private Clang() {}

    /** The object of a program; ends the test where there is no clang for BPF. */
    public static byte[] compile(String source, String... options) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("bpf");
        try {
            Path file = Files.writeString(directory.resolve("program.c"), HEADER + source);
            Path object = directory.resolve("program.o");
            for (String clang : List.of("clang-19", "clang", "clang-16")) {
                if (run(clang, file, object, options)) {
                    return Files.readAllBytes(object);
                }
            }
            Shared.lacking("there is no clang");
            throw new IllegalStateException();
        } finally {
            for (String name : List.of("program.c", "program.o", "log")) {
                Files.deleteIfExists(directory.resolve(name));
            }
            Files.delete(directory);
        }
    }

    /** Whether there is such a compiler. */
    private static boolean run(String clang, Path source, Path object, String... options)
            throws IOException, InterruptedException {
        Path log = source.resolveSibling("log");
        List<String> command = new ArrayList<>(
                List.of(clang, "-O2", "-g", "-target", "bpf", "-Wno-everything", "-c", source.toString()));
        command.addAll(List.of("-o", object.toString()));
        command.addAll(List.of(options));
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            return false;
        }
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("clang did not end");
        }
        if (process.exitValue() != 0) {
            throw new IOException(Files.readString(log));
        }
        return true;
    }

    /** The object of a program, read. */
    public static BpfObject read(String source, Btf target) throws IOException, InterruptedException {
        return BpfObject.read("program.o", compile(source), target);
    }
}
