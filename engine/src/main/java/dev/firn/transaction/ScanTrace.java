package dev.firn.transaction;

import dev.firn.core.StoreKey;
import dev.firn.engine.ScanCursor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Notes what a cursor of a serializable transaction reads: each move tells it where the cursor is
 * then. What a search or a step has passed, deleted and missing keys included, counts as read.
 *
 * <p><b>Threading.</b> Belongs to the transaction's thread.
 */
public final class ScanTrace {

  private final ReadSet reads;
  private final int tree;
  private final byte[] lower;
  private final byte[] upper;

  /** What was read since the last search. */
  private @Nullable ScannedRange range;

  /**
   * @param from the first user key of the cursor's range
   * @param upper the first store key after it
   */
  ScanTrace(ReadSet reads, int tree, byte[] from, byte[] upper) {
    this.reads = reads;
    this.tree = tree;
    this.lower = storeKey(tree, from);
    this.upper = upper;
  }

  private static byte[] storeKey(int tree, byte[] userKey) {
    return ByteBuffer.allocate(StoreKey.TREE_BYTES + userKey.length)
        .putInt(tree)
        .put(userKey)
        .array();
  }

  /** The cursor has moved to the first key of its range, if {@code found}. */
  public void first(ScanCursor cursor, long lease, boolean found) {
    begin(lower, end(ScannedRange.key(cursor, lease, found)));
  }

  /** The cursor has moved to the last key of its range. */
  public void last(ScanCursor cursor, long lease, boolean found) {
    begin(start(ScannedRange.key(cursor, lease, found)), upper);
  }

  /** The cursor has moved to the first key from a user key on. */
  public void seek(ScanCursor cursor, long lease, boolean found, MemorySegment userKey) {
    byte[] target = storeKey(tree, userKey.toArray(ValueLayout.JAVA_BYTE));
    byte[] from = Arrays.compareUnsigned(target, lower) > 0 ? target : lower;
    begin(from, end(ScannedRange.key(cursor, lease, found)));
  }

  /**
   * The cursor has moved to the last key before a user key.
   *
   * @param inclusive whether the key itself was looked for as well
   */
  public void seekBefore(
      ScanCursor cursor, long lease, boolean found, MemorySegment userKey, boolean inclusive) {
    byte[] target = storeKey(tree, userKey.toArray(ValueLayout.JAVA_BYTE));
    byte[] end = inclusive ? ScannedRange.after(target) : target;
    begin(
        start(ScannedRange.key(cursor, lease, found)),
        Arrays.compareUnsigned(end, upper) < 0 ? end : upper);
  }

  /** The cursor has moved to the next key. */
  public void next(ScanCursor cursor, long lease, boolean found) {
    ScannedRange current = range;
    if (current != null) {
      current.extendEnd(end(ScannedRange.key(cursor, lease, found)));
    }
  }

  /** The cursor has moved to the previous key. */
  public void prev(ScanCursor cursor, long lease, boolean found) {
    ScannedRange current = range;
    if (current != null) {
      current.extendFrom(start(ScannedRange.key(cursor, lease, found)));
    }
  }

  private byte[] end(byte @Nullable [] found) {
    return found == null ? upper : ScannedRange.after(found);
  }

  private byte[] start(byte @Nullable [] found) {
    return found == null ? lower : found;
  }

  private void begin(byte[] from, byte[] end) {
    ScannedRange begun = new ScannedRange(from, end);
    if (Arrays.compareUnsigned(from, end) < 0) {
      reads.add(begun);
    }
    range = begun;
  }
}
