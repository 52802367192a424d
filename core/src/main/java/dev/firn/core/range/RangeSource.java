package dev.firn.core.range;

import java.lang.foreign.MemorySegment;

/**
 * The range tombstones of one source of entries: a memtable, a table or a run.
 *
 * <p><b>Threading.</b> Any thread may ask.
 */
public interface RangeSource {

  /** In place of a sequence: no range tombstone covers the key. */
  long NONE = -1;

  /**
   * The sequence of the newest tombstone that covers a key, or {@link #NONE}.
   *
   * @param maxSequence newer tombstones are not asked
   * @param bounds narrowed to keys around this one for which the answer is the same
   */
  long newest(MemorySegment key, long offset, int length, long maxSequence, RangeBounds bounds);
}
