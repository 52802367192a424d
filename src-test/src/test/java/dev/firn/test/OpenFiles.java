package dev.firn.test;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The files that this process has open or mapped, read from Linux's {@code /proc}. */
public final class OpenFiles {

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final Path MAPPINGS = Path.of("/proc/self/maps");

  private OpenFiles() {}

  /** Fails if a file under a folder is open or mapped; does nothing without {@code /proc}. */
  public static void assertNoneUnder(Path directory) {
    if (Files.exists(DESCRIPTORS)) {
      assertEquals(List.of(), under(directory), "files left open or mapped");
    }
  }

  private static List<String> under(Path directory) {
    List<String> open = new ArrayList<>();
    String prefix = directory.toString() + "/";
    try (Stream<Path> descriptors = Files.list(DESCRIPTORS);
        Stream<String> mappings = Files.lines(MAPPINGS)) {
      for (Path descriptor : (Iterable<Path>) descriptors::iterator) {
        String target = targetOf(descriptor);
        if (target.startsWith(prefix)) {
          open.add("descriptor of " + target);
        }
      }
      mappings
          .filter(line -> line.contains(" " + prefix))
          .forEach(line -> open.add("mapping " + line));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return open;
  }

  private static String targetOf(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException gone) {
      return "";
    }
  }
}
