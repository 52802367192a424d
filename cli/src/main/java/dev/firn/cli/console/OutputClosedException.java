package dev.firn.cli.console;

import java.io.IOException;

/** The reader of the output closed the pipe, as {@code head} does. Not an error. */
public final class OutputClosedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  OutputClosedException(IOException cause) {
    super(cause);
  }
}
