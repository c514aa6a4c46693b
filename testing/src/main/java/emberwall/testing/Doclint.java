package emberwall.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** What the JDK's compiler finds missing or wrong in comments, for packages that others program against. */
public final class Doclint {
    private Doclint() {}

    /**
     * Reads the sources of a package beside the classes that tests run with.
     *
     * @param module folder of the package's module in the repository
     * @param packageName the package alone, none below it
     * @return a line for everything that its public and protected declarations leave unsaid; comments that refer to what
     *     is not there included
     */
    public static List<String> problems(String module, String packageName) throws IOException {
        Path folder = Shared.repository().resolve(module + "/src/main/java/" + packageName.replace('.', '/'));
        List<Path> sources;
        try (Stream<Path> files = Files.list(folder)) {
            sources = files.filter(file -> file.toString().endsWith(".java")).toList();
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        Path classes = Files.createTempDirectory("doclint");
        List<String> options = new ArrayList<>(List.of("-proc:none", "-Xlint:none", "-Xmaxwarns", "1000"));
        options.addAll(List.of("-Xdoclint:all/protected", "-Xdoclint/package:" + packageName));
        options.addAll(List.of("-classpath", System.getProperty("java.class.path"), "-d", classes.toString()));
        try (StandardJavaFileManager files = compiler.getStandardFileManager(found, null, null)) {
            Iterable<? extends JavaFileObject> units = files.getJavaFileObjectsFromPaths(sources);
            compiler.getTask(null, files, found, options, null, units).call();
        } finally {
            delete(classes);
        }
        return found.getDiagnostics().stream()
                .filter(problem -> problem.getKind() != Diagnostic.Kind.NOTE)
                .map(Object::toString)
                .toList();
    }

    private static void delete(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(folder)) {
            all = new ArrayList<>(walk.toList());
        }
        for (Path each : all.reversed()) Files.delete(each);
    }
}
