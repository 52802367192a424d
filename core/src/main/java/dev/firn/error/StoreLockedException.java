package dev.firn.error;

import java.nio.file.Path;

/** The store is open already, in this process or in another one. */
public final class StoreLockedException extends FirnException {

  private static final long serialVersionUID = 1L;

  /**
   * @param lockFile the lock file
   * @param owner who has it, as a phrase: {@code "this process"}, {@code "process 4711"}
   */
  public StoreLockedException(Path lockFile, String owner) {
    super(lockFile + ": the store is open already, in " + owner, null);
  }
}
