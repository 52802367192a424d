package dev.firn;

import java.lang.foreign.MemorySegment;

/**
 * Reads the pairs of a multi tree. A {@link MultiTree} reads its latest state: a call sees every
 * write that returned before the call began. {@link MultiTree#at} reads the moment of a snapshot,
 * and {@link Transaction#in(MultiTree)} what a transaction sees.
 *
 * <p><b>Keys and values.</b> Both are compared byte by byte, as unsigned numbers, and passed as
 * arrays or as memory segments, heap or native, which are not used after the call. A key and a
 * value are kept as one key of the store: the bytes of both, one more for each zero byte in the
 * key, and two between them must be at most 65,536.
 *
 * <p><b>Threading.</b> Any number of threads may use a reader. A cursor belongs to one of them.
 *
 * <p><b>Ownership.</b> A reader holds no memory and no files, and is not closed. A cursor must be
 * closed.
 *
 * <p><b>Errors.</b> Those of {@link KeyReader}; {@link IllegalArgumentException} when key and value
 * are too long together.
 *
 * <p>Applications do not implement this interface: later versions add methods.
 */
public sealed interface MultiReader permits MultiTree, MultiSnapshotReader {

  /** Returns whether a key has a value. Allocates nothing. */
  boolean contains(byte[] key, byte[] value);

  /** Returns whether a key has a value. Allocates nothing for a pair of less than 256 bytes. */
  boolean contains(MemorySegment key, MemorySegment value);

  /**
   * Returns whether a key has any value. Begins a scan; {@code contains} with a value is faster.
   */
  boolean containsKey(byte[] key);

  /** Returns how many values a key has. Takes as long as a scan of them. */
  long count(byte[] key);

  /** Returns a cursor over all pairs; it sees the pairs of the moment in which it is made. */
  default MultiCursor cursor() {
    return cursor(KeyRange.all());
  }

  /**
   * Returns a cursor over the pairs whose keys are in a range; it sees the pairs of the moment in
   * which it is made.
   */
  MultiCursor cursor(KeyRange keys);

  /** Returns a cursor over the values of a key; it sees those of the moment in which it is made. */
  default MultiCursor values(byte[] key) {
    return values(key, KeyRange.all());
  }

  /**
   * Returns a cursor over the values of a key that are in a range; it sees those of the moment in
   * which it is made.
   *
   * @param values bounds of values, as those of keys elsewhere
   */
  MultiCursor values(byte[] key, KeyRange values);
}
