package dev.firn.version;

import dev.firn.core.Checksum;
import dev.firn.core.file.AppendFile;
import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.ReadFile;
import dev.firn.error.CorruptionException;
import dev.firn.error.FormatVersionException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file {@code CURRENT}: one checksummed line of ASCII that names the current manifest. {@code
 * docs/format/manifest.md} is the specification.
 *
 * <pre>
 *  firn 1 manifest 12 bytes 4711 store 00c0ffee00c0ffee crc32c 89abcdef\n
 *       |          |        |          |                       |
 *       version    number   length     store id                masked CRC32C of what is
 *                                                              before " crc32c"
 * </pre>
 *
 * <p>The manifest may be longer than {@code bytes}, but not shorter: that reveals a manifest whose
 * last edits were lost after a clean close.
 *
 * <p>The file is replaced as a whole: written under a temporary name, synced, renamed.
 *
 * @param manifest the number of the current manifest
 * @param bytes length of the manifest that was synced when CURRENT was written
 * @param storeId the store, as in the manifest's header
 */
record CurrentFile(long manifest, long bytes, long storeId) {

  private static final int VERSION = 1;
  private static final int MAX_BYTES = 256;
  private static final int MAX_VERSION_DIGITS = 9;

  private static final Pattern ANY_VERSION =
      Pattern.compile("(firn (\\d{1," + MAX_VERSION_DIGITS + "}) [ -~]*) crc32c ([0-9a-f]{8})\n");
  private static final Pattern THIS_VERSION =
      Pattern.compile(
          "firn 1 manifest (0|[1-9]\\d{0,17}) bytes (0|[1-9]\\d{0,17}) store ([0-9a-f]{16})");

  /**
   * Reads the file.
   *
   * @throws CorruptionException when it is not what was written
   * @throws FormatVersionException when this release does not read its version
   */
  static CurrentFile read(FileSystem fs, Path directory) {
    Path path = directory.resolve(FileName.CURRENT);
    return parse(path, readText(fs, path));
  }

  private static String readText(FileSystem fs, Path path) {
    try (ReadFile file = fs.openRead(path);
        Arena arena = Arena.ofConfined()) {
      if (file.size() == 0 || file.size() > MAX_BYTES) {
        throw damaged(path, "a file of " + file.size() + " bytes");
      }
      MemorySegment bytes = arena.allocate(file.size());
      file.read(0, bytes, 0, file.size());
      return new String(bytes.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
    }
  }

  /** Parses the file's content. */
  static CurrentFile parse(Path path, String text) {
    Matcher line = ANY_VERSION.matcher(text);
    if (!line.matches()) {
      throw damaged(path, "other bytes");
    }
    String content = line.group(1);
    String stored = line.group(3);
    if (!checksum(content).equals(stored)) {
      throw damaged(path, "one with checksum " + stored + " instead of " + checksum(content));
    }
    int version = Integer.parseInt(line.group(2));
    if (version != VERSION) {
      throw new FormatVersionException(path, version, VERSION, VERSION);
    }
    Matcher fields = THIS_VERSION.matcher(content);
    if (!fields.matches()) {
      throw damaged(path, "other fields");
    }
    return new CurrentFile(
        Long.parseLong(fields.group(1)),
        Long.parseLong(fields.group(2)),
        Long.parseUnsignedLong(fields.group(3), 16));
  }

  /** The file's content. */
  String text() {
    String content =
        String.format(
            Locale.ROOT,
            "firn %d manifest %d bytes %d store %016x",
            VERSION,
            manifest,
            bytes,
            storeId);
    return content + " crc32c " + checksum(content) + "\n";
  }

  /** Writes the file under its temporary name, and syncs the names in the folder. */
  void prepare(FileSystem fs, Path directory) {
    Path temporary = FileName.temporary(directory.resolve(FileName.CURRENT));
    fs.delete(temporary);
    byte[] bytes = text().getBytes(StandardCharsets.US_ASCII);
    try (AppendFile file = fs.create(temporary);
        Arena arena = Arena.ofConfined()) {
      file.append(arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes), 0, bytes.length);
      file.sync();
    }
    // The manifest's name must be durable before CURRENT names it.
    fs.syncDirectory(directory);
  }

  /**
   * Makes the manifest current, durably. The manifest's content must be synced, and this must be
   * {@linkplain #prepare prepared}.
   */
  void install(FileSystem fs, Path directory) {
    Path path = directory.resolve(FileName.CURRENT);
    fs.rename(FileName.temporary(path), path);
    fs.syncDirectory(directory);
  }

  private static String checksum(String content) {
    try (Arena arena = Arena.ofConfined()) {
      byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
      MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
      int value = new Checksum().start(0, 0).update(memory, 0, bytes.length).value();
      return String.format(Locale.ROOT, "%08x", value);
    }
  }

  private static CorruptionException damaged(Path path, String found) {
    return new CorruptionException(
        path, 0, "a line \"firn <version> ... crc32c <checksum>\" that names the manifest", found);
  }
}
