package dev.firn.error;

/**
 * An exclusive transaction could not begin in time. The message says which thread holds the right
 * to write, and for how long. Nothing has happened; it can be tried again.
 */
public final class TransactionTimeoutException extends FirnException {

  private static final long serialVersionUID = 1L;

  /**
   * @param message how long it waited, and for which thread
   */
  public TransactionTimeoutException(String message) {
    super(message, null);
  }
}
