package dev.firn.cli.load;

/** What follows a bad line. Nothing of its batch is written. */
public enum OnError {
  /** No further line is read. */
  STOP,
  /** Loading continues with the next batch. */
  SKIP
}
