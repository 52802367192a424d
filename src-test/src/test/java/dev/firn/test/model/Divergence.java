package dev.firn.test.model;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A store that did not do what the model says. */
final class Divergence extends AssertionError {

  @Serial private static final long serialVersionUID = 1L;

  private final int operation;

  Divergence(int operation, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.operation = operation;
  }

  /** The index of the operation that showed it. */
  int operation() {
    return operation;
  }
}
