import java.io.BufferedOutputStream;
import java.io.IOException;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Brings the class files of a jar (the one argument) that are older than Java 7 up to date, by computing their stack
 * maps. The JVM keeps no class without stack maps in an AOT cache, and picocli is compiled for Java 5: with this step
 * parsing the command line takes 15 ms of a cold start instead of 55.
 */
public final class RaiseClassFiles {
    private static final int FIRST_WITH_STACK_MAPS = ClassFile.JAVA_7_VERSION;
    private static final int RAISED = ClassFile.JAVA_21_VERSION;

    public static void main(String[] arguments) throws IOException {
        Path jar = Path.of(arguments[0]);
        Map<String, byte[]> entries = new LinkedHashMap<>();
        Map<String, Long> times = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (var entry : zip.stream().toList()) {
                try (var in = zip.getInputStream(entry)) {
                    entries.put(entry.getName(), in.readAllBytes());
                    times.put(entry.getName(), entry.getTime());
                }
            }
        }

        ClassHierarchyResolver ours = ClassHierarchyResolver.ofResourceParsing(
                type -> {
                    String descriptor = type.descriptorString();
                    byte[] bytes = entries.get(descriptor.substring(1, descriptor.length() - 1) + ".class");
                    return bytes == null ? null : new java.io.ByteArrayInputStream(bytes);
                });
        ClassFile classFile = ClassFile.of(
                StackMapsOption.GENERATE_STACK_MAPS,
                ClassHierarchyResolverOption.of(ours.orElse(ClassHierarchyResolver.defaultResolver())));

        boolean changed = false;
        for (var entry : entries.entrySet()) {
            byte[] bytes = entry.getValue();
            if (!entry.getKey().endsWith(".class") || majorVersion(bytes) >= FIRST_WITH_STACK_MAPS) continue;
            byte[] raised = raise(classFile, bytes);
            var errors = classFile.verify(raised);
            if (!errors.isEmpty()) throw new IOException(entry.getKey() + ": " + errors.getFirst());
            entry.setValue(raised);
            changed = true;
        }
        if (changed) write(jar, entries, times);
    }

    private static int majorVersion(byte[] bytes) {
        return (bytes[6] & 0xFF) << 8 | bytes[7] & 0xFF;
    }

    private static byte[] raise(ClassFile classFile, byte[] bytes) {
        CodeTransform rebuilt = (builder, element) -> builder.with(element);
        ClassTransform version = (builder, element) -> builder.with(raised(element));
        return classFile.transformClass(
                classFile.parse(bytes),
                ClassTransform.transformingMethodBodies(rebuilt).andThen(version));
    }

    private static ClassElement raised(ClassElement element) {
        return element instanceof ClassFileVersion ? ClassFileVersion.of(RAISED, 0) : element;
    }

    private static void write(Path jar, Map<String, byte[]> entries, Map<String, Long> times) throws IOException {
        Path unfinished = jar.resolveSibling(jar.getFileName() + ".raised");
        try (var out = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(unfinished)))) {
            for (var entry : entries.entrySet()) {
                ZipEntry to = new ZipEntry(entry.getKey());
                to.setTime(times.get(entry.getKey()));
                out.putNextEntry(to);
                out.write(entry.getValue());
                out.closeEntry();
            }
        }
        Files.move(unfinished, jar, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
