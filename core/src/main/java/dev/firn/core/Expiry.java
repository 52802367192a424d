package dev.firn.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The instant from which an entry of kind {@link ValueKind#EXPIRING} is as a deletion: milliseconds
 * since 1970, in the first bytes of the entry's value.
 *
 * <pre>
 *  offset  size  field
 *       0     8  expiry    u64, little-endian
 *       8        the value of the user
 * </pre>
 */
public final class Expiry {

  /** Bytes of an expiry before the value. */
  public static final int BYTES = 8;

  /** In place of an expiry: never. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final ValueLayout.OfLong LAYOUT =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Expiry() {}

  /** Writes an expiry. */
  public static void set(MemorySegment memory, long offset, long expiry) {
    memory.set(LAYOUT, offset, expiry);
  }

  /**
   * The expiry of an entry.
   *
   * @param memory holds the entry's value at an offset
   * @param length the value's length; a value that is too short, which no writer writes, has
   *     expired at all times
   */
  public static long of(MemorySegment memory, long offset, long length) {
    return length < BYTES ? Long.MIN_VALUE : memory.get(LAYOUT, offset);
  }

  /** Whether an entry with an expiry is as a deletion for a reader with a clock. */
  public static boolean isPast(long expiry, long clock) {
    return expiry <= clock;
  }
}
