package dev.firn.transaction;

import dev.firn.core.StoreKey;
import dev.firn.engine.ScanCursor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a cursor has read: those between the places where it was, and those that a search
 * has passed. It grows with the steps of the cursor, and a search begins another one.
 *
 * <p><b>Threading.</b> Belongs to the transaction's thread.
 */
final class ScannedRange {

  private byte[] from;

  /** The first store key after the range. */
  private byte[] end;

  ScannedRange(byte[] from, byte[] end) {
    this.from = from;
    this.end = end;
  }

  byte[] from() {
    return from;
  }

  byte[] end() {
    return end;
  }

  void extendFrom(byte[] key) {
    if (Arrays.compareUnsigned(key, from) < 0) {
      from = key;
    }
  }

  void extendEnd(byte[] key) {
    if (Arrays.compareUnsigned(key, end) > 0) {
      end = key;
    }
  }

  /** A copy of the store key that a cursor is on; null if it is on none. */
  static byte @Nullable [] key(ScanCursor cursor, long lease, boolean found) {
    if (!found) {
      return null;
    }
    MemorySegment key = cursor.key(lease);
    return key.asSlice(0, cursor.keyLength(lease)).toArray(ValueLayout.JAVA_BYTE);
  }

  static byte[] after(byte[] key) {
    return StoreKey.successor(key);
  }
}
