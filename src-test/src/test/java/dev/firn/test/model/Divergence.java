package dev.firn.test.model;

import java.io.Serial;

/** A store that does not behave like the model. */
final class Divergence extends AssertionError {

  @Serial private static final long serialVersionUID = 1L;

  private final int operation;

  Divergence(int operation, String message, Throwable cause) {
    super(message, cause);
    this.operation = operation;
  }

  /** Whether another failure looks the same; shrinking a script must not change its failure. */
  boolean isLike(Divergence other) {
    return kind(getCause()).equals(kind(other.getCause()));
  }

  /** Its class and the beginning of its message, without numbers. */
  private static String kind(Throwable cause) {
    String message = String.valueOf(cause.getMessage()).replaceAll("[0-9]", "");
    return cause.getClass().getName() + message.substring(0, Math.min(20, message.length()));
  }

  int operation() {
    return operation;
  }
}
