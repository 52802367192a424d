package dev.firn.core;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The result of a point read: an entry's trailer and the memory of its value. One object serves all
 * reads of a thread, so that a read allocates nothing.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 *
 * <p><b>Ownership.</b> The value's memory is valid while the reader keeps pinned what it searched
 * and until {@link #release}, which releases the memory that this read alone pinned, such as a
 * block in the cache.
 */
public final class EntryRef {

  private MemorySegment segment = MemorySegment.NULL;
  private long offset;
  private long length;
  private long trailer;
  private @Nullable RefCounted pin;

  /** Points at an entry whose memory is kept by what was searched. */
  public void set(long trailer, MemorySegment segment, long offset, long length) {
    assert pin == null : "the previous entry was not released";
    this.trailer = trailer;
    this.segment = segment;
    this.offset = offset;
    this.length = length;
  }

  /** Says that a range tombstone covers the key; releases what was found before. */
  public void setRangeDeletion(long sequence) {
    release();
    int kind = ValueKind.RANGE_DELETE.code();
    set(SequenceNumber.trailer(sequence, kind), MemorySegment.NULL, 0, 0);
  }

  /**
   * Makes an entry with an expiry a put of its value, or a deletion.
   *
   * @param isValue whether it has not expired
   */
  void settleExpiry(boolean isValue) {
    ValueKind kind = isValue ? ValueKind.PUT : ValueKind.DELETE;
    trailer = SequenceNumber.trailer(SequenceNumber.sequence(trailer), kind.code());
    int taken = isValue ? Expiry.BYTES : 0;
    offset += taken;
    length -= taken;
  }

  /** Takes over one reference to the holder of the value's memory. */
  public void pin(RefCounted holder) {
    assert pin == null : "the previous entry was not released";
    pin = holder;
  }

  /** Hands the reference to the holder of the value's memory, if there is one, to the caller. */
  public @Nullable RefCounted takePin() {
    RefCounted held = pin;
    pin = null;
    return held;
  }

  /** Releases the value's memory. Idempotent. */
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
