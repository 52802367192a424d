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
 * {@link #key} and {@link #value} are read-only views of that memory, valid until the cursor moves
 * or is closed.
 *
 * <p><b>Errors.</b> {@link IllegalStateException} when the cursor or its store is closed, or when
 * an entry is asked for and there is none.
 */
public final class Cursor implements AutoCloseable {

  private final int tree;
  private final ScanCursor source;

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

  /** The key, in place. */
  public MemorySegment key() {
    return source.key().asSlice(StoreKey.TREE_BYTES, keyLength()).asReadOnly();
  }

  /** The value, in place. */
  public MemorySegment value() {
    return source.value().asSlice(source.valueOffset(), source.valueLength()).asReadOnly();
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
