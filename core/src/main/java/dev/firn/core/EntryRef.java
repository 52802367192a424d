package dev.firn.core;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Where a point read found an entry: its trailer, and the memory its value lies in. Reused from
 * read to read, so that a read allocates nothing.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 *
 * <p><b>Ownership.</b> The value's memory is valid while the reader keeps pinned what it searched
 * and until {@link #release}, which lets go of the memory that this one read pinned for itself,
 * such as a block in the cache.
 */
public final class EntryRef {

  private static final int MOST_MISSED = 3;

  /** So many reads in a row that found an entry make the next find nearly certain. */
  private static final int MANY_FOUND = 16;

  private MemorySegment segment = MemorySegment.NULL;
  private long offset;
  private long length;
  private long trailer;

  private @Nullable RefCounted pin;

  /** How many of the last reads found nothing, as a score: a read that finds takes one off. */
  private int missed;

  /** How many reads in a row found something, up to {@link #MANY_FOUND}. */
  private int foundInRow;

  /** Points at an entry whose memory is kept by what was searched. */
  public void set(long trailer, MemorySegment segment, long offset, long length) {
    assert pin == null : "the previous entry was not released";
    this.trailer = trailer;
    this.segment = segment;
    this.offset = offset;
    this.length = length;
  }

  /** Says how a read through this ended, for the guess of the next one. */
  public void ended(boolean found) {
    missed = found ? Math.max(missed - 1, 0) : Math.min(missed + 1, MOST_MISSED);
    foundInRow = found ? Math.min(foundInRow + 1, MANY_FOUND) : 0;
  }

  /**
   * Whether the next read will probably find an entry, judged by the last few: what is fetched
   * ahead for one that does not find any is fetched in vain.
   */
  public boolean willFind() {
    return missed <= MOST_MISSED / 2;
  }

  /**
   * Whether the next read will so probably find an entry that it is not worth while to ask a filter
   * first, where there is no other place left to look: that is one line of memory for nothing.
   */
  public boolean willSurelyFind() {
    return foundInRow == MANY_FOUND;
  }

  /** Takes over one reference to what holds the value's memory. */
  public void pin(RefCounted holder) {
    assert pin == null : "the previous entry was not released";
    pin = holder;
  }

  /** Lets go of the value's memory. Idempotent. */
  public void release() {
    RefCounted held = pin;
    if (held != null) {
      pin = null;
      held.release();
    }
  }

  /** The memory that holds the value. */
  public MemorySegment segment() {
    return segment;
  }

  /** Where the value starts in {@link #segment}. */
  public long offset() {
    return offset;
  }

  /** The value's length in bytes. */
  public long length() {
    return length;
  }

  /** The entry's sequence and kind, see {@link SequenceNumber}. */
  public long trailer() {
    return trailer;
  }

  /** The code of the entry's kind. */
  public int kindCode() {
    return SequenceNumber.kindCode(trailer);
  }
}
