package dev.firn.wal;

import java.lang.foreign.MemorySegment;

/** Receives the parts of a record. */
interface RecordTarget {

  /**
   * Writes a part.
   *
   * @param at where it belongs in the record
   * @param from where it is in {@code memory}
   */
  void write(long at, MemorySegment memory, long from, long length);
}
