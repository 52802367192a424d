package dev.firn.core.file;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;

/** A folder in memory, and what a power cut may leave of it. */
abstract class PowerCutFixture {

  static final Path FOLDER = Path.of("/store");

  final MemoryFileSystem fs = new MemoryFileSystem();

  @BeforeEach
  void createFolder() {
    fs.createDirectories(FOLDER);
  }

  static Path file(String name) {
    return FOLDER.resolve(name);
  }

  static MemorySegment bytes(String text) {
    return MemorySegment.ofArray(text.getBytes(StandardCharsets.US_ASCII));
  }

  static byte[] content(FileSystem fs, Path path) {
    try (ReadFile file = fs.openRead(path)) {
      byte[] content = new byte[(int) file.size()];
      file.read(0, MemorySegment.ofArray(content), 0, content.length);
      return content;
    }
  }

  static String text(FileSystem fs, String name) {
    return new String(content(fs, file(name)), StandardCharsets.US_ASCII);
  }

  void append(AppendFile file, String text) {
    MemorySegment source = bytes(text);
    file.append(source, 0, source.byteSize());
  }

  /** The outcomes of many seeds, in a readable form. */
  Set<String> outcomes(String... names) {
    Set<String> outcomes = new TreeSet<>();
    for (long seed = 0; seed < 300; seed++) {
      MemoryFileSystem left = fs.crashClone(seed);
      StringBuilder outcome = new StringBuilder();
      for (String name : names) {
        String shown = left.exists(file(name)) ? text(left, name) : "-";
        outcome.append(outcome.isEmpty() ? "" : " ").append(shown);
      }
      outcomes.add(outcome.toString());
    }
    return outcomes;
  }

  // Names

  static byte[] filled(int length, char letter) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) letter);
    return bytes;
  }
}
