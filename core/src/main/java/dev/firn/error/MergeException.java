package dev.firn.error;

/**
 * A merge operator failed on the operands of a key that was read: it threw, or it returned null.
 * The message names the tree and the key. The store and its other keys are not affected, and the
 * operands stay as they are.
 */
public final class MergeException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param message what failed, with the tree and the key
   * @param cause what the operator threw
   */
  public MergeException(String message, Throwable cause) {
    super(message, cause);
  }
}
