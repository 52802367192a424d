package dev.firn.cli.load;

/** What a bad line does to the rest of the input. Of the batch it is in, nothing is written. */
public enum OnError {
  /** Nothing behind it is read. */
  STOP,
  /** Loading goes on with the next batch. */
  SKIP
}
