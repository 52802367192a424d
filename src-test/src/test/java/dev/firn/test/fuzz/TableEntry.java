package dev.firn.test.fuzz;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** A copy of a table's entry: key, trailer, and the value's length and hash. */
record TableEntry(byte[] key, long trailer, long valueLength, int valueHash) {

  static TableEntry of(InternalCursor cursor) {
    return of(
        cursor.key(),
        cursor.keyOffset(),
        cursor.keyLength(),
        cursor.trailer(),
        cursor.value(),
        cursor.valueOffset(),
        cursor.valueLength());
  }

  static TableEntry of(EntryBatch batch, int entry) {
    return of(
        batch.key(entry),
        0,
        batch.keyLength(entry),
        batch.trailer(entry),
        batch.value(entry),
        batch.valueOffset(entry),
        batch.valueLength(entry));
  }

  private static TableEntry of(
      MemorySegment key,
      long keyOffset,
      int keyLength,
      long trailer,
      MemorySegment value,
      long valueOffset,
      long valueLength) {
    byte[] copy = key.asSlice(keyOffset, keyLength).toArray(ValueLayout.JAVA_BYTE);
    return new TableEntry(copy, trailer, valueLength, hash(value, valueOffset, valueLength));
  }

  static int hash(MemorySegment value, long offset, long length) {
    return Arrays.hashCode(value.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
  }

  boolean isSameKey(TableEntry other) {
    return Arrays.equals(key, other.key);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TableEntry that
        && isSameKey(that)
        && trailer == that.trailer
        && valueLength == that.valueLength
        && valueHash == that.valueHash;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(key) + Long.hashCode(trailer);
  }

  @Override
  public String toString() {
    return "%s@%x=%d bytes".formatted(Arrays.toString(key), trailer, valueLength);
  }
}
