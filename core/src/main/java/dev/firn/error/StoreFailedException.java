package dev.firn.error;

/**
 * The store stopped accepting work after a failure it cannot undo, such as a failed flush to the
 * device. The cause is the first failure. Close the store, mend the cause, and open it again: it
 * comes back with everything that was acknowledged as durable.
 */
public final class StoreFailedException extends FirnException {

  private static final long serialVersionUID = 1L;

  /**
   * @param doing what the store was doing when it failed, as a phrase: {@code "flushing journal 7"}
   * @param cause the first failure
   */
  public StoreFailedException(String doing, Throwable cause) {
    super("the store failed while " + doing + " and accepts no more writes: " + cause, cause);
  }
}
