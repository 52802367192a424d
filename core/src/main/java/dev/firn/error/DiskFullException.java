package dev.firn.error;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The file system has no room left for what was to be written; the message names the file. */
public final class DiskFullException extends FirnException {

  private static final long serialVersionUID = 1L;

  /**
   * @param file the file that could not grow
   * @param wantedBytes how many more bytes were wanted, or 0 when that is not known
   * @param cause the failure as the operating system reported it
   */
  public DiskFullException(Path file, long wantedBytes, @Nullable Throwable cause) {
    super(
        file
            + ": no space left on the device"
            + (wantedBytes > 0 ? " for " + wantedBytes + " more bytes" : ""),
        cause);
  }
}
