package dev.firn.core.range;

import java.util.Arrays;

/**
 * A deletion of all entries that are older than it and whose store key is in a range.
 *
 * <p><b>Threading.</b> Immutable, if the keys are not changed; they are not copied.
 *
 * @param start the first key of the range
 * @param end the first key after the range, of the same tree or the tree's end
 * @param sequence when it was written
 */
public record RangeTombstone(byte[] start, byte[] end, long sequence) {

  /**
   * @throws IllegalArgumentException when the range is empty
   */
  public RangeTombstone {
    if (Arrays.compareUnsigned(start, end) >= 0) {
      throw new IllegalArgumentException("the range is empty");
    }
  }

  /** Bytes of the heap that it takes, about. */
  public long memoryBytes() {
    return OBJECT_BYTES + start.length + end.length;
  }

  private static final long OBJECT_BYTES = 64;

  @Override
  public boolean equals(Object other) {
    return other instanceof RangeTombstone that
        && sequence == that.sequence
        && Arrays.equals(start, that.start)
        && Arrays.equals(end, that.end);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(sequence);
  }

  /** Names no key: keys are the user's. */
  @Override
  public String toString() {
    return "range tombstone " + sequence;
  }
}
