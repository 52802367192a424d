package dev.firn.cli.workload;

/** A store returned something other than what was written. */
public final class WrongAnswerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Says which key was asked for and what the store returned. */
  public WrongAnswerException(String message) {
    super(message);
  }
}
