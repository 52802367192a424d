package dev.firn.error;

import java.nio.file.Path;

/** The store is already open, in this process or in another one. */
public final class StoreLockedException extends FirnException {

  private static final long serialVersionUID = 1L;

  /**
   * @param lockFile the lock file
   * @param owner the process that has it open, as a phrase: {@code "this process"}
   */
  public StoreLockedException(Path lockFile, String owner) {
    super(lockFile + ": the store is already open, in " + owner, null);
  }
}
