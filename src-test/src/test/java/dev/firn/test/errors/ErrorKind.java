package dev.firn.test.errors;

/** What is thrown. */
enum ErrorKind {
  STACK_OVERFLOW,
  OUT_OF_MEMORY,
  RUNTIME_EXCEPTION;

  /** How many events in a row throw, of a thread that has no stack or no memory left. */
  private static final int MANY = 40;

  /** How many events in a row may throw it. */
  int[] counts() {
    return this == RUNTIME_EXCEPTION ? new int[] {1} : new int[] {1, MANY};
  }

  /** A new error of this kind, to be thrown later. */
  Throwable newError() {
    return switch (this) {
      case STACK_OVERFLOW -> new StackOverflowError("injected");
      case OUT_OF_MEMORY -> new OutOfMemoryError("injected");
      case RUNTIME_EXCEPTION -> new InjectedException();
    };
  }

  /** A kind of exception that no code expects. */
  private static final class InjectedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    InjectedException() {
      super("injected");
    }
  }
}
