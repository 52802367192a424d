package dev.firn.error;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file operation that the operating system refused, or a folder that is not what the operation
 * needs: not there, not a store, not writable.
 */
public final class StorageException extends FirnException {

  private static final long serialVersionUID = 1L;

  /**
   * @param file the file or folder
   * @param problem what went wrong with it, as a phrase: {@code "cannot be read"}
   * @param cause the failure as the operating system reported it
   */
  public StorageException(Path file, String problem, @Nullable Throwable cause) {
    super(file + ": " + problem + (cause == null ? "" : " (" + cause + ")"), cause);
  }
}
