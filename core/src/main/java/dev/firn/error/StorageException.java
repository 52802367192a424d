package dev.firn.error;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file operation failed, or the folder is not suitable for it: missing, not a store, or not
 * writable.
 */
public final class StorageException extends FirnException {

  private static final long serialVersionUID = 1L;

  private final String file;

  /**
   * @param file the file or folder
   * @param problem the problem, as a phrase: {@code "cannot be read"}
   * @param cause the failure that the operating system reported
   */
  public StorageException(Path file, String problem, @Nullable Throwable cause) {
    super(file + ": " + problem + (cause == null ? "" : " (" + cause + ")"), cause);
    this.file = file.toString();
  }

  /** The path of the file or folder. */
  public String file() {
    return file;
  }
}
