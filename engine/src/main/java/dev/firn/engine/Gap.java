package dev.firn.engine;

import dev.firn.core.KeyPrefix;
import dev.firn.core.ReadMoment;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A range of store keys without a visible entry: a reader at {@link #sequence} and {@link
 * #clock} or above finds each of them deleted, expired or absent. {@link KnownGaps} has the proof.
 *
 * <p><b>Threading.</b> Immutable, except {@link #used}, which is racy.
 */
final class Gap {

  /** Longer bounds are not kept, which bounds the memory of all gaps. */
  static final int MAX_KEY_BYTES = 1024;

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final ValueLayout.OfLong SEGMENT_WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  /** The first key of the gap. */
  final byte[] from;

  /** The first key after the gap. */
  final byte[] to;

  final long sequence;

  /** The clock of the reader for which some of the keys had expired; 0 if none had. */
  final long clock;

  /** The entries that a scan without this gap steps over, about. */
  final long entries;

  /** A part of the gap that was known before, at a lower sequence. */
  final @Nullable Gap older;

  /** How often a write cut it since a scan last used it. */
  final int cuts;

  /** Whether a scan used it since the last eviction. */
  boolean used;

  Gap(
      byte[] from,
      byte[] to,
      long sequence,
      long clock,
      long entries,
      @Nullable Gap older,
      int cuts) {
    assert Arrays.compareUnsigned(from, to) < 0;
    this.from = from;
    this.to = to;
    this.sequence = sequence;
    this.clock = clock;
    this.entries = entries;
    this.older = older;
    this.cuts = cuts;
  }

  /** This gap or the older part of it, if a reader may skip it: from a key on. */
  @Nullable Gap at(MemorySegment key, int length, ReadMoment reader) {
    for (Gap gap = this; gap != null; gap = gap.older) {
      if (gap.isFor(reader) && gap.contains(key, 0, length)) {
        return gap;
      }
    }
    return null;
  }

  /** As {@link #at}, for a reader of the keys before a key, which may be the first one behind. */
  @Nullable Gap before(MemorySegment key, int length, ReadMoment reader) {
    for (Gap gap = this; gap != null; gap = gap.older) {
      if (gap.isFor(reader)
          && compare(gap.from, key, 0, length) < 0
          && compare(gap.to, key, 0, length) >= 0) {
        return gap;
      }
    }
    return null;
  }

  private boolean isFor(ReadMoment reader) {
    return reader.sequence() >= sequence && (clock == 0 || reader.clock() >= clock);
  }

  boolean contains(MemorySegment key, long offset, int length) {
    return compare(from, key, offset, length) <= 0 && compare(to, key, offset, length) > 0;
  }

  /**
   * Compares a bound with a key, in the order of keys. A method of its own: arrays in {@link
   * dev.firn.core.KeyOrder} would slow down all its callers, which compare native memory only.
   */
  static int compare(byte[] bound, MemorySegment key, long offset, int length) {
    int common = Math.min(bound.length, length);
    int i = 0;
    for (; i <= common - Long.BYTES; i += Long.BYTES) {
      long x = (long) WORD.get(bound, i);
      long y = key.get(SEGMENT_WORD, offset + i);
      if (x != y) {
        return Long.compareUnsigned(x, y);
      }
    }
    if (i < common) {
      long y = KeyPrefix.word(key, offset + i, common - i);
      for (int shift = Long.SIZE - 8; i < common; i++, shift -= 8) {
        int difference = (bound[i] & 0xff) - (int) (y >>> shift & 0xff);
        if (difference != 0) {
          return difference;
        }
      }
    }
    return bound.length - length;
  }
}
