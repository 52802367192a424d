package dev.firn.engine;

import dev.firn.core.StoreKey;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The range that a scan walks in order to prove a gap, while it walks. A put into it makes it
 * smaller: what is left has seen no put since the watch began.
 *
 * <p><b>Threading.</b> Bounds are written with the lock of {@link KnownGaps} held and read by any
 * thread.
 */
final class GapWatch {

  private final boolean forward;
  private volatile byte[] from;
  private volatile byte[] to;

  /** The visible sequence when the watch had begun. */
  private long sequence;

  GapWatch(byte[] from, byte[] to, boolean forward) {
    this.from = from;
    this.to = to;
    this.forward = forward;
  }

  byte[] from() {
    return from;
  }

  byte[] to() {
    return to;
  }

  long sequence() {
    return sequence;
  }

  void setSequence(long sequence) {
    this.sequence = sequence;
  }

  boolean contains(MemorySegment key, long offset, int length) {
    return Gap.compare(to, key, offset, length) > 0 && Gap.compare(from, key, offset, length) <= 0;
  }

  /** Whether the scan begins its walk in a gap. */
  boolean beginsIn(Gap gap) {
    return forward
        ? Arrays.compareUnsigned(gap.from, from) <= 0 && Arrays.compareUnsigned(from, gap.to) < 0
        : Arrays.compareUnsigned(gap.from, to) < 0 && Arrays.compareUnsigned(to, gap.to) <= 0;
  }

  /** Ends the range at a key that was put, on the side to which the scan walks. */
  void cut(byte[] key) {
    if (forward) {
      to = key;
    } else {
      from = StoreKey.successor(key);
    }
  }

  /** Whether nothing is left of the range. */
  boolean isEmpty() {
    return Arrays.compareUnsigned(from, to) >= 0;
  }
}
