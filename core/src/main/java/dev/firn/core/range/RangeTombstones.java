package dev.firn.core.range;

import dev.firn.core.KeyOrder;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Range tombstones that are cut into <i>fragments</i>, which do not overlap: each has the sequences
 * of the tombstones that cover it. So one binary search tells what covers a key.
 *
 * <pre>
 *  tombstones   [a .......... f)#9         fragments   [a, c) 9
 *                     [c ............ h)#5             [c, f) 9 5
 *                                                      [f, h) 5
 * </pre>
 *
 * <p>{@link RangeFragmenter} makes them.
 *
 * <p><b>Threading.</b> Immutable; the keys are not to be changed.
 */
public final class RangeTombstones implements RangeSource {

  /** No range tombstones. */
  public static final RangeTombstones EMPTY =
      new RangeTombstones(new byte[0][], new byte[0][], new int[1], new long[0]);

  private static final long FRAGMENT_BYTES = 64;

  private final byte[][] starts;
  private final byte[][] ends;

  /** Where the sequences of each fragment begin, and the end of the last ones. */
  private final int[] firsts;

  /** The sequences of each fragment, descending. */
  private final long[] sequences;

  RangeTombstones(byte[][] starts, byte[][] ends, int[] firsts, long[] sequences) {
    this.starts = starts;
    this.ends = ends;
    this.firsts = firsts;
    this.sequences = sequences;
  }

  /** The count of fragments. */
  public int size() {
    return starts.length;
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return starts.length == 0;
  }

  /** The first key of a fragment. */
  public byte[] start(int fragment) {
    return starts[fragment];
  }

  /** The first key after a fragment. */
  public byte[] end(int fragment) {
    return ends[fragment];
  }

  /** The count of tombstones that cover a fragment. */
  public int depth(int fragment) {
    return firsts[fragment + 1] - firsts[fragment];
  }

  /** The sequence of one of the tombstones that cover a fragment; 0 is the newest of them. */
  public long sequence(int fragment, int index) {
    return sequences[firsts[fragment] + index];
  }

  /** Bytes of the heap, about; keys that neighbours share count for each. */
  public long memoryBytes() {
    long bytes = (long) sequences.length * Long.BYTES;
    for (int i = 0; i < starts.length; i++) {
      bytes += FRAGMENT_BYTES + starts[i].length + ends[i].length;
    }
    return bytes;
  }

  @Override
  public long newest(
      MemorySegment key, long offset, int length, long maxSequence, RangeBounds bounds) {
    int at = firstEndingAfter(key, offset, length);
    if (at > 0) {
      bounds.atLeast(ends[at - 1]);
    }
    if (at == starts.length) {
      return NONE;
    }
    if (KeyOrder.compare(key, offset, length, starts[at]) < 0) {
      bounds.lessThan(starts[at]);
      return NONE;
    }
    bounds.atLeast(starts[at]);
    bounds.lessThan(ends[at]);
    return newest(at, maxSequence);
  }

  /** The sequence of the newest tombstone that covers a key, or {@link #NONE}. */
  public long newest(MemorySegment key, long offset, int length, long maxSequence) {
    int at = find(key, offset, length);
    return at < 0 ? NONE : newest(at, maxSequence);
  }

  /** The largest sequence of a fragment that is not above another one, or {@link #NONE}. */
  public long newest(int fragment, long maxSequence) {
    int low = firsts[fragment];
    int end = firsts[fragment + 1];
    if (sequences[low] <= maxSequence) {
      return sequences[low];
    }
    int high = end;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sequences[middle] <= maxSequence) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low == end ? NONE : sequences[low];
  }

  /** The smallest sequence of a fragment that is above another one, or {@link #NONE}. */
  public long oldestAbove(int fragment, long sequence) {
    long found = NONE;
    for (int i = firsts[fragment]; i < firsts[fragment + 1] && sequences[i] > sequence; i++) {
      found = sequences[i];
    }
    return found;
  }

  /** The fragment that has a key, or -1. */
  public int find(MemorySegment key, long offset, int length) {
    int at = firstEndingAfter(key, offset, length);
    return at == starts.length || KeyOrder.compare(key, offset, length, starts[at]) < 0 ? -1 : at;
  }

  private int firstEndingAfter(MemorySegment key, long offset, int length) {
    int low = 0;
    int high = ends.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (KeyOrder.compare(key, offset, length, ends[middle]) >= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The first fragment that ends after a key; the count of fragments if none does. */
  public int firstEndingAfter(byte[] key) {
    int low = 0;
    int high = ends.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Arrays.compareUnsigned(ends[middle], key) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The largest sequence; {@link #NONE} if there is no tombstone. */
  public long largestSequence() {
    return Arrays.stream(sequences).max().orElse(NONE);
  }

  /**
   * The part of these within a range.
   *
   * @param from the first key, or null for no bound
   * @param to the first key after the range, or null for no bound
   */
  public RangeTombstones clip(byte @Nullable [] from, byte @Nullable [] to) {
    int first = from == null ? 0 : firstEndingAfter(from);
    int end = first;
    while (end < starts.length && (to == null || Arrays.compareUnsigned(starts[end], to) < 0)) {
      end++;
    }
    if (first == end) {
      return EMPTY;
    }
    byte[][] cutStarts = Arrays.copyOfRange(starts, first, end);
    byte[][] cutEnds = Arrays.copyOfRange(ends, first, end);
    int[] cutFirsts = Arrays.copyOfRange(firsts, first, end + 1);
    long[] cutSequences = Arrays.copyOfRange(sequences, firsts[first], firsts[end]);
    for (int i = 0; i < cutFirsts.length; i++) {
      cutFirsts[i] -= firsts[first];
    }
    if (from != null && Arrays.compareUnsigned(cutStarts[0], from) < 0) {
      cutStarts[0] = from;
    }
    int last = cutEnds.length - 1;
    if (to != null && Arrays.compareUnsigned(cutEnds[last], to) > 0) {
      cutEnds[last] = to;
    }
    return new RangeTombstones(cutStarts, cutEnds, cutFirsts, cutSequences);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RangeTombstones that
        && Arrays.deepEquals(starts, that.starts)
        && Arrays.deepEquals(ends, that.ends)
        && Arrays.equals(firsts, that.firsts)
        && Arrays.equals(sequences, that.sequences);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sequences);
  }

  /** Names no key: keys are the user's. */
  @Override
  public String toString() {
    return starts.length + " fragments of range tombstones";
  }
}
