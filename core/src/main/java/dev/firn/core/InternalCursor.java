package dev.firn.core;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A position in a sorted sequence of internal entries: store key ascending, trailer descending.
 *
 * <p>Every layer has one: memtable, block, table, run, merge. The current entry is kept in fields,
 * so that the layer above reads it without a virtual call; subclasses move and then set the fields.
 *
 * <p><b>Moves.</b> {@link #first}, {@link #last}, {@link #seek} and {@link #seekBefore} work from
 * any position. {@link #next} and {@link #prev} need a valid position; a step past either end makes
 * the cursor invalid, and then only the other four move it. Every move returns whether the cursor
 * is valid after it.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 *
 * <p><b>Ownership.</b> The memory of {@link #key} and {@link #value} is valid until the cursor
 * moves or closes, and while what the cursor was made from is kept. {@link #close} is idempotent.
 */
public abstract class InternalCursor implements AutoCloseable {

  private boolean valid;
  private MemorySegment key = MemorySegment.NULL;
  private long keyOffset;
  private int keyLength;
  private long trailer;
  private MemorySegment value = MemorySegment.NULL;
  private long valueOffset;
  private long valueLength;

  /** For subclassing. */
  protected InternalCursor() {}

  /** Moves to the first entry. */
  public abstract boolean first();

  /** Moves to the last entry. */
  public abstract boolean last();

  /**
   * Moves to the first entry at or after {@code (key, trailer)}. The key's memory is not used after
   * the call.
   */
  public abstract boolean seek(MemorySegment key, long offset, int length, long trailer);

  /**
   * Moves to the last entry before {@code (key, trailer)}. The key's memory is not used after the
   * call.
   */
  public abstract boolean seekBefore(MemorySegment key, long offset, int length, long trailer);

  /** Moves to the next entry. */
  public abstract boolean next();

  /** Moves to the previous entry. */
  public abstract boolean prev();

  /**
   * Appends the current entry to a batch, and following entries that can be read at once: those
   * that sort before the entry of another cursor, as long as a step to them does not move the
   * values. The cursor is then at the last one appended; or it is invalid, if it is known that
   * there are no more.
   *
   * @param before a valid cursor, or null
   */
  public void readForward(EntryBatch batch, @Nullable InternalCursor before) {
    batch.append(this);
  }

  /** As {@link #readForward}, for the preceding entries, the last of them first. */
  public void readBackward(EntryBatch batch, @Nullable InternalCursor after) {
    batch.append(this);
  }

  /** Whether the memory of earlier values stays valid when the cursor moves to the next entry. */
  public boolean keepsValuesOnNext() {
    return false;
  }

  /** Whether the memory of earlier values stays valid when the cursor moves to the previous one. */
  public boolean keepsValuesOnPrev() {
    return false;
  }

  /** Releases what the cursor holds. */
  @Override
  public abstract void close();

  /** Whether the cursor is at an entry. */
  public final boolean isValid() {
    return valid;
  }

  /** The memory that holds the store key. */
  public final MemorySegment key() {
    return key;
  }

  /** Where the store key starts in {@link #key}. */
  public final long keyOffset() {
    return keyOffset;
  }

  /** The store key's length in bytes. */
  public final int keyLength() {
    return keyLength;
  }

  /** Sequence and kind, see {@link SequenceNumber}. */
  public final long trailer() {
    return trailer;
  }

  /** The memory that holds the value. */
  public final MemorySegment value() {
    return value;
  }

  /** Where the value starts in {@link #value}. */
  public final long valueOffset() {
    return valueOffset;
  }

  /** The value's length in bytes. */
  public final long valueLength() {
    return valueLength;
  }

  /** For subclasses: the cursor is at no entry. */
  protected final boolean setInvalid() {
    valid = false;
    return false;
  }

  /** For subclasses: sets the current entry's key and trailer. */
  protected final void setKey(MemorySegment segment, long offset, int length, long trailer) {
    this.key = segment;
    this.keyOffset = offset;
    this.keyLength = length;
    this.trailer = trailer;
  }

  /** For subclasses: sets the current entry's value; the cursor is valid then. */
  protected final boolean setValue(MemorySegment segment, long offset, long length) {
    this.value = segment;
    this.valueOffset = offset;
    this.valueLength = length;
    valid = true;
    return true;
  }

  /** For subclasses: sets the current entry to that of another cursor, valid or not. */
  protected final boolean setFrom(InternalCursor other) {
    if (!other.valid) {
      return setInvalid();
    }
    setKey(other.key, other.keyOffset, other.keyLength, other.trailer);
    return setValue(other.value, other.valueOffset, other.valueLength);
  }
}
