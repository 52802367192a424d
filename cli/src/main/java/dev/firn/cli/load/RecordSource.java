package dev.firn.cli.load;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stream of records, one for each line, in constant memory.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
interface RecordSource {

  /**
   * Moves to the next record; false at the end of the input.
   *
   * @throws BadLineException when the line is not a record; the next call continues after it
   */
  boolean next() throws IOException, BadLineException;

  /** The number of the line that was read last, from 1. */
  long line();

  /** The plain trees that the input names, known once {@link #next} was called. */
  default List<String> trees() {
    return List.of();
  }

  /** The multi trees that the input names, known once {@link #next} was called. */
  default List<String> multiTrees() {
    return List.of();
  }

  /** The tree that the record names, or null. */
  @Nullable String tree();

  /** The record's key. */
  byte[] key();

  /** The record's value. */
  byte[] value();
}
