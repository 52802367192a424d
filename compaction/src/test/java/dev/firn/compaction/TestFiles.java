package dev.firn.compaction;

import dev.firn.core.file.AppendFile;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.ReadFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Whole files, to be read, replaced and damaged. */
final class TestFiles {

  private TestFiles() {}

  static byte[] read(FileSystem files, Path path) {
    try (ReadFile file = files.openRead(path)) {
      byte[] bytes = new byte[(int) file.size()];
      file.read(0, MemorySegment.ofArray(bytes), 0, bytes.length);
      return bytes;
    }
  }

  static void write(FileSystem files, Path path, byte[] bytes) {
    files.delete(path);
    try (AppendFile file = files.create(path)) {
      file.append(MemorySegment.ofArray(bytes), 0, bytes.length);
    }
  }

  static byte[] withBitFlipped(byte[] bytes, long bit) {
    byte[] damaged = bytes.clone();
    damaged[(int) (bit / 8)] ^= (byte) (1 << bit % 8);
    return damaged;
  }

  /** The content of a folder, as text that can be compared. */
  static Map<String, String> content(FileSystem files, Path folder) {
    Map<String, String> content = new TreeMap<>();
    for (String name : files.list(folder)) {
      content.put(
          name,
          new String(
              read(files, folder.resolve(name)), java.nio.charset.StandardCharsets.ISO_8859_1));
    }
    return content;
  }

  /** For {@link MemorySegment} to byte[]. */
  static byte[] bytes(MemorySegment segment) {
    return segment.toArray(ValueLayout.JAVA_BYTE);
  }
}
