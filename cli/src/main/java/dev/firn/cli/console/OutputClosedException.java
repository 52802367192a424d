package dev.firn.cli.console;

import java.io.IOException;

/**
 * The reader of the output has gone, as {@code head} does: nothing is left to do, nothing is
 * wrong.
 */
public final class OutputClosedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  OutputClosedException(IOException cause) {
    super(cause);
  }
}
