import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.ZipFile;

/** Fetches Maven for ./mvnw: arguments are the archive's address, its SHA-512 and the folder to make. */
public final class FetchMaven {
    public static void main(String[] args) throws Exception {
        Path home = Path.of(args[2]);
        Path archive = Files.createTempFile("maven", ".zip");
        Path unpacked = Files.createTempDirectory(home.getParent(), "unpacking");
        try (HttpClient client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build()) {
            var answer = client.send(HttpRequest.newBuilder(URI.create(args[0])).build(), BodyHandlers.ofFile(archive));
            if (answer.statusCode() != 200) throw new IOException("status " + answer.statusCode() + " from " + args[0]);
            byte[] digest = MessageDigest.getInstance("SHA-512").digest(Files.readAllBytes(archive));
            if (!HexFormat.of().formatHex(digest).equals(args[1])) throw new IOException("wrong checksum of " + args[0]);
            unpack(archive, unpacked);
            Files.move(unpacked, home, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(archive);
        }
    }

    /** Unpacks without the archive's first folder. */
    private static void unpack(Path archive, Path target) throws IOException {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (var entry : zip.stream().toList()) {
                String name = entry.getName().substring(entry.getName().indexOf('/') + 1);
                Path path = target.resolve(name).normalize();
                if (!path.startsWith(target)) throw new IOException("bad entry " + name);
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else {
                    Files.createDirectories(path.getParent());
                    try (var in = zip.getInputStream(entry)) {
                        Files.copy(in, path);
                    }
                    if (name.equals("bin/mvn")) path.toFile().setExecutable(true);
                }
            }
        }
    }
}
