package dev.firn.cli.bench;

/** The store gave something else than what was written. */
public final class WrongAnswerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Says what was asked for and what came. */
  public WrongAnswerException(String message) {
    super(message);
  }
}
