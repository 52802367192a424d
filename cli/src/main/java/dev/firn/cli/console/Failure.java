package dev.firn.cli.console;

import org.jspecify.annotations.Nullable;

/** Ends a command with one line on stderr and an exit code. */
public final class Failure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /**
   * @param exitCode one of {@link ExitCode}
   * @param message what is wrong, with the path, and what to do
   */
  public Failure(int exitCode, String message) {
    this(exitCode, message, null);
  }

  /** As {@link #Failure(int, String)}, with the cause that {@code --stacktrace} shows. */
  public Failure(int exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** One of {@link ExitCode}. */
  public int exitCode() {
    return exitCode;
  }
}
