package dev.firn.test.errors;

/** What is thrown. */
enum ErrorKind {
  STACK_OVERFLOW,
  OUT_OF_MEMORY,
  RUNTIME_EXCEPTION;

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
