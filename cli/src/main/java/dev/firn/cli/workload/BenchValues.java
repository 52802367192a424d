package dev.firn.cli.workload;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The values of the workloads. Half of their bytes compress away, and each identifies its key and
 * its generation, see {@link Expected}.
 *
 * <pre>
 *  offset  size  field
 *       0     8  tag    hash of number and seed, its low 16 bits replaced by the generation
 *       8     n  body   bytes of the pool, from the piece that the tag selects
 * </pre>
 *
 * <p><b>Threading.</b> Immutable once made. <b>Ownership.</b> The arena is its user's.
 */
public final class BenchValues {

  static final int HEADER_BYTES = Long.BYTES;

  private static final int PIECE_BYTES = 100;

  /** Small enough to leave most of the processor's caches to the store. */
  private static final int PIECES = (1 << 17) / PIECE_BYTES;

  private static final int MIN_WORDS_BYTES = HEADER_BYTES + Long.BYTES;
  private static final int GENERATION_BITS = 16;
  private static final long GENERATION_MASK = (1L << GENERATION_BITS) - 1;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private final int valueBytes;
  private final long seed;
  private final MemorySegment pool;

  /** Values of this length; their pool is in the arena. */
  public BenchValues(int valueBytes, long seed, Arena arena) {
    this.valueBytes = valueBytes;
    this.seed = seed;
    this.pool = arena.allocate((long) PIECES * PIECE_BYTES + valueBytes, 8);
    fillPool(new SplitMix(seed));
  }

  /** Fills pieces whose second half repeats the first; a value begins with a piece. */
  private void fillPool(SplitMix random) {
    int half = PIECE_BYTES / 2;
    for (long i = 0; i < pool.byteSize(); i++) {
      boolean repeat = i % PIECE_BYTES >= half;
      byte b =
          repeat
              ? pool.get(ValueLayout.JAVA_BYTE, i - half)
              : (byte) (' ' + random.next('~' - ' '));
      pool.set(ValueLayout.JAVA_BYTE, i, b);
    }
  }

  int valueBytes() {
    return valueBytes;
  }

  private long tag(long number, long generation) {
    return (SplitMix.mix(number ^ seed) & ~GENERATION_MASK) | (generation & GENERATION_MASK);
  }

  private static long poolOffset(long tag) {
    return Math.unsignedMultiplyHigh(SplitMix.mix(tag), PIECES) * PIECE_BYTES;
  }

  /** Writes the value of a number in a generation. */
  public void write(long number, long generation, MemorySegment target) {
    long tag = tag(number, generation);
    target.set(LONG, 0, tag);
    MemorySegment.copy(pool, poolOffset(tag), target, HEADER_BYTES, valueBytes - HEADER_BYTES);
  }

  /** Whether this is the value of the number in one of these generations. */
  public boolean matches(long number, long oldest, long newest, MemorySegment found, long length) {
    return matches(number, oldest, newest, found, 0, length);
  }

  /** As {@link #matches(long, long, long, MemorySegment, long)}, for bytes from {@code at} on. */
  public boolean matches(
      long number, long oldest, long newest, MemorySegment found, long at, long length) {
    if (length != valueBytes) {
      return false;
    }
    long tag = found.get(LONG, at);
    long offset = poolOffset(tag);
    return isTag(tag, number, oldest, newest) && isBody(found, at, offset);
  }

  /**
   * As {@link #matches(long, long, long, MemorySegment, long)}, for all bytes of a buffer; changes
   * its byte order.
   */
  public boolean matches(long number, long oldest, long newest, ByteBuffer found) {
    found.order(ByteOrder.nativeOrder());
    return found.limit() == valueBytes
        && isTag(found.getLong(0), number, oldest, newest)
        && isBody(found, poolOffset(found.getLong(0)));
  }

  private boolean isTag(long tag, long number, long oldest, long newest) {
    long age = (newest - tag) & GENERATION_MASK;
    return (tag & ~GENERATION_MASK) == (tag(number, 0) & ~GENERATION_MASK)
        && age <= newest - oldest;
  }

  /**
   * Compares whole words, the last of which overlaps its predecessor: half the time of {@link
   * MemorySegment#mismatch} for values of usual length.
   */
  private boolean isBody(MemorySegment found, long at, long offset) {
    if (valueBytes < MIN_WORDS_BYTES) {
      return MemorySegment.mismatch(
              found,
              at + HEADER_BYTES,
              at + valueBytes,
              pool,
              offset,
              offset + valueBytes - HEADER_BYTES)
          < 0;
    }
    int last = valueBytes - Long.BYTES;
    long difference = found.get(LONG, at + last) ^ pool.get(LONG, offset + last - HEADER_BYTES);
    for (int i = HEADER_BYTES; i < last; i += Long.BYTES) {
      difference |= found.get(LONG, at + i) ^ pool.get(LONG, offset + i - HEADER_BYTES);
    }
    return difference == 0;
  }

  private boolean isBody(ByteBuffer found, long offset) {
    if (valueBytes < MIN_WORDS_BYTES) {
      return isBody(MemorySegment.ofBuffer(found), 0, offset);
    }
    int last = valueBytes - Long.BYTES;
    long difference = found.getLong(last) ^ pool.get(LONG, offset + last - HEADER_BYTES);
    for (int i = HEADER_BYTES; i < last; i += Long.BYTES) {
      difference |= found.getLong(i) ^ pool.get(LONG, offset + i - HEADER_BYTES);
    }
    return difference == 0;
  }
}
