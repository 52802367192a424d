package dev.firn.test.model;

import java.io.Serial;

/** A store that did not do what the model says. */
final class Divergence extends AssertionError {

  @Serial private static final long serialVersionUID = 1L;

  private final int operation;

  Divergence(int operation, String message, Throwable cause) {
    super(message, cause);
    this.operation = operation;
  }

  /** Whether another failure looks like the same one: when a script shrinks, it must not change. */
  boolean isLike(Divergence other) {
    return kind(getCause()).equals(kind(other.getCause()));
  }

  /** Its class and the beginning of what it says, without numbers. */
  private static String kind(Throwable cause) {
    String message = String.valueOf(cause.getMessage()).replaceAll("[0-9]", "");
    return cause.getClass().getName() + message.substring(0, Math.min(20, message.length()));
  }

  /** The index of the operation that showed it. */
  int operation() {
    return operation;
  }
}
