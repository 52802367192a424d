package dev.firn.error;

/**
 * The store accepts no more writes after a failure that it cannot undo, such as a failed sync. The
 * cause is the first failure. Close the store, remove the cause, and open it again: it recovers
 * everything that was acknowledged as durable.
 */
public final class StoreFailedException extends FirnException {

  private static final long serialVersionUID = 1L;

  /**
   * @param doing the activity that failed, as a phrase: {@code "syncing journal 7"}
   * @param cause the first failure
   */
  public StoreFailedException(String doing, Throwable cause) {
    super("the store failed while " + doing + " and accepts no more writes: " + cause, cause);
  }
}
