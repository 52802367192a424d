package dev.firn.cli.load;

import java.io.IOException;

/** An input that is wrong as a whole; no further line is read. */
public final class BadInputException extends IOException {

  private static final long serialVersionUID = 1L;

  BadInputException(long line, String problem) {
    super(line + ": " + problem);
  }
}
