package dev.firn.version;

import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.error.CorruptionException;
import dev.firn.error.FirnException;
import dev.firn.version.ManifestLog.Extent;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads CURRENT and the manifest again and checks every byte that was there at the start, while
 * edits are appended.
 *
 * <p><b>Threading.</b> Any thread may call.
 */
final class ManifestVerifier {

  /** Enough for a manifest that is replaced again and again while it is read. */
  private static final int MAX_TRIES = 100;

  private final FileSystem fs;
  private final Path directory;
  private final Supplier<@Nullable Extent> extent;

  /**
   * @param extent what the current manifest holds, or null if that is not known
   */
  ManifestVerifier(FileSystem fs, Path directory, Supplier<@Nullable Extent> extent) {
    this.fs = fs;
    this.directory = directory;
    this.extent = extent;
  }

  /**
   * Reads everything.
   *
   * @return the bytes read
   * @throws CorruptionException when they are not what was written
   */
  long verify() {
    for (int tries = 1; ; tries++) {
      Extent before = extent.get();
      try {
        return before == null ? verifyNamed() : verify(before);
      } catch (FirnException e) {
        Extent after = extent.get();
        boolean replaced = before != null && after != null && before.number() != after.number();
        if (!replaced || tries == MAX_TRIES) {
          throw e;
        }
      }
    }
  }

  private long verify(Extent expected) {
    CurrentFile named = CurrentFile.read(fs, directory);
    Path path = directory.resolve(FileName.CURRENT);
    if (named.manifest() != expected.number() || named.bytes() > expected.bytes()) {
      throw new CorruptionException(
          path,
          0,
          "the manifest " + expected.number() + " of at most " + expected.bytes() + " bytes",
          "manifest " + named.manifest() + " of " + named.bytes());
    }
    ManifestReader.readExactly(fs, directory, expected.number(), expected.bytes());
    return named.text().length() + expected.bytes();
  }

  /** Reads the manifest that CURRENT names, whatever it is. */
  private long verifyNamed() {
    CurrentFile named = CurrentFile.read(fs, directory);
    ManifestTail tail = ManifestReader.read(fs, directory, named.manifest(), named.bytes()).tail();
    return named.text().length() + tail.offset() + tail.droppedBytes();
  }
}
