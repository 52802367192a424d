package dev.firn.core.range;

import dev.firn.core.KeyOrder;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A range of keys that is narrowed step by step.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 */
public final class RangeBounds {

  private byte @Nullable [] from;
  private byte @Nullable [] to;

  /** All keys. */
  public RangeBounds() {}

  /** Widens the range to all keys. */
  public void reset() {
    from = null;
    to = null;
  }

  /** Leaves out the keys before a key. */
  public void atLeast(byte[] key) {
    byte[] old = from;
    if (old == null || Arrays.compareUnsigned(old, key) < 0) {
      from = key;
    }
  }

  /** Leaves out a key and those after it. */
  public void lessThan(byte[] key) {
    byte[] old = to;
    if (old == null || Arrays.compareUnsigned(old, key) > 0) {
      to = key;
    }
  }

  /** The first key, or null if the range has no lower bound. */
  public byte @Nullable [] from() {
    return from;
  }

  /** The first key after the range, or null if it has no upper bound. */
  public byte @Nullable [] to() {
    return to;
  }

  /** Whether a key is in the range. */
  public boolean contains(MemorySegment key, long offset, int length) {
    byte[] first = from;
    byte[] end = to;
    return (first == null || KeyOrder.compare(key, offset, length, first) >= 0)
        && (end == null || KeyOrder.compare(key, offset, length, end) < 0);
  }
}
