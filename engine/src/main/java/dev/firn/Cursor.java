package dev.firn;

import dev.firn.core.StoreKey;
import dev.firn.engine.ScanCursor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A walk over the keys of a tree, in order, in both directions, as they were at one moment: nothing
 * that is written after the cursor was made appears.
 *
 * <p>A new cursor stands nowhere: move it with {@link #first}, {@link #last}, {@link #seek} or
 * {@link #seekBefore}. {@link #next} and {@link #prev} need an entry to start from; stepping past
 * either end leaves the cursor invalid. Every move returns whether the cursor stands on an entry.
 *
 * <pre>{@code
 * try (Cursor cursor = tree.cursor(KeyRange.prefix(prefix))) {
 *   for (boolean more = cursor.first(); more; more = cursor.next()) {
 *     use(cursor.key(), cursor.value());
 *   }
 * }
 * }</pre>
 *
 * <p><b>Threading.</b> One thread at a time.
 *
 * <p><b>Ownership.</b> A cursor keeps the memory and the files it reads until it is closed.
 * {@link #key}, {@link #value} and {@link #valueMemory} are read-only views of that memory, valid
 * until the cursor moves or is closed.
 *
 * <p><b>Errors.</b> {@link IllegalStateException} when the cursor or its store is closed, or when
 * an entry is asked for and there is none.
 */
public final class Cursor implements AutoCloseable {

  private final int tree;
  private final ScanCursor source;

  /** The view of the memory in which the source puts its keys together, and of what memory. */
  private MemorySegment keyView = MemorySegment.NULL;

  private MemorySegment keyMemory = MemorySegment.NULL;

  /** The same for values, but for tables, whose memory is read-only in itself. */
  private MemorySegment valueView = MemorySegment.NULL;

  private MemorySegment valueMemory = MemorySegment.NULL;

  Cursor(int tree, ScanCursor source) {
    this.tree = tree;
    this.source = source;
  }

  /** Moves to the first key. */
  public boolean first() {
    return source.first();
  }

  /** Moves to the last key. */
  public boolean last() {
    return source.last();
  }

  /** Moves to the first key at or after {@code key}. */
  public boolean seek(byte[] key) {
    Tree.checkKey(key);
    return source.seek(tree, key);
  }

  /** Moves to the first key at or after {@code key}. */
  public boolean seek(MemorySegment key) {
    Tree.checkKey(key);
    return source.seek(tree, key);
  }

  /** Moves to the last key before {@code key}. */
  public boolean seekBefore(byte[] key) {
    Tree.checkKey(key);
    return source.seekBefore(tree, key);
  }

  /** Moves to the last key before {@code key}. */
  public boolean seekBefore(MemorySegment key) {
    Tree.checkKey(key);
    return source.seekBefore(tree, key);
  }

  /** Moves to the next key. */
  public boolean next() {
    return source.next();
  }

  /** Moves to the previous key. */
  public boolean prev() {
    return source.prev();
  }

  /** Whether the cursor stands on an entry. */
  public boolean isValid() {
    return source.isValid();
  }

  /** The key, in place. It may be the same object as before the last move. */
  @SuppressWarnings({"ReferenceEquality", "MemorySegmentReferenceEquality"}) // the very same object
  public MemorySegment key() {
    MemorySegment memory = source.key();
    int length = keyLength();
    if (memory != keyMemory || keyView.byteSize() != length) {
      keyMemory = memory;
      keyView = memory.asSlice(StoreKey.TREE_BYTES, length).asReadOnly();
    }
    return keyView;
  }

  /** The value, in place. Makes an object; {@link #valueMemory} does not. */
  public MemorySegment value() {
    return valueMemory().asSlice(source.valueOffset(), source.valueLength());
  }

  /**
   * The memory that holds the value, at {@link #valueOffset}, {@link #valueLength} bytes of it: the
   * value in place, for a loop that should make no object for each. Read-only; what else it holds
   * means nothing.
   */
  @SuppressWarnings({"ReferenceEquality", "MemorySegmentReferenceEquality"}) // the very same object
  public MemorySegment valueMemory() {
    MemorySegment memory = source.value();
    if (memory.isReadOnly()) {
      return memory;
    }
    if (memory != valueMemory) {
      valueMemory = memory;
      valueView = memory.asReadOnly();
    }
    return valueView;
  }

  /** Where the value starts in {@link #valueMemory}. */
  public long valueOffset() {
    return source.valueOffset();
  }

  /** The key's length in bytes. */
  public int keyLength() {
    return source.keyLength() - StoreKey.TREE_BYTES;
  }

  /** The value's length in bytes. */
  public long valueLength() {
    return source.valueLength();
  }

  /** A copy of the key. */
  public byte[] keyBytes() {
    byte[] copy = new byte[keyLength()];
    MemorySegment.copy(
        source.key(), ValueLayout.JAVA_BYTE, StoreKey.TREE_BYTES, copy, 0, copy.length);
    return copy;
  }

  /** A copy of the value. */
  public byte[] valueBytes() {
    return source.valueBytes();
  }

  /** Copies as much of the key as fits into {@code target}; returns the key's whole length. */
  public int copyKey(MemorySegment target) {
    int length = keyLength();
    MemorySegment.copy(
        source.key(), StoreKey.TREE_BYTES, target, 0, Math.min(length, target.byteSize()));
    return length;
  }

  /** Copies as much of the value as fits into {@code target}; returns the value's whole length. */
  public long copyValue(MemorySegment target) {
    return source.copyValue(target);
  }

  /** Lets go of what the cursor keeps. Idempotent. */
  @Override
  public void close() {
    source.close();
  }
}
