package dev.firn.cli.load;

/** A line that is not a record; the message says why. The source continues after it. */
final class BadLineException extends Exception {

  private static final long serialVersionUID = 1L;

  BadLineException(String reason) {
    super(reason);
  }

  BadLineException(String reason, Throwable cause) {
    super(reason, cause);
  }

  /** No stack trace: every line may throw one. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
