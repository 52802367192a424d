package dev.firn.error;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The file system is full. The message names the file that was written. */
public final class DiskFullException extends FirnException {

  private static final long serialVersionUID = 1L;

  /**
   * @param file the file that could not grow
   * @param wantedBytes the count of bytes to be written, or 0 if it is not known
   * @param cause the failure that the operating system reported
   */
  public DiskFullException(Path file, long wantedBytes, @Nullable Throwable cause) {
    super(
        file
            + ": no space left on the device"
            + (wantedBytes > 0 ? " for " + wantedBytes + " more bytes" : ""),
        cause);
  }
}
