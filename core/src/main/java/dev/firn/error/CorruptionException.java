package dev.firn.error;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Bytes on disk differ from what was written. The message names the file, the offset of the first
 * damaged structure, what was expected and what was found; it never contains keys or values.
 */
public final class CorruptionException extends FirnException {

  private static final long serialVersionUID = 1L;

  private final String file;
  private final long offset;

  /**
   * @param file the damaged file
   * @param offset the start of the damaged structure, in bytes from the start of the file
   * @param expected what was expected there, as a phrase: {@code "block checksum 0x1234abcd"}
   * @param found what was found there
   */
  public CorruptionException(Path file, long offset, String expected, String found) {
    this(file, offset, expected, found, null);
  }

  /** As {@link #CorruptionException(Path, long, String, String)}, with a cause. */
  public CorruptionException(
      Path file, long offset, String expected, String found, @Nullable Throwable cause) {
    super(
        file + ": damaged at offset " + offset + ": expected " + expected + ", found " + found,
        cause);
    this.file = file.toString();
    this.offset = offset;
  }

  /** The path of the damaged file. */
  public String file() {
    return file;
  }

  /** The start of the damaged structure, in bytes from the start of the file. */
  public long offset() {
    return offset;
  }
}
