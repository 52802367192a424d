package dev.firn.sstable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;

/**
 * What is known about a table without opening it. The same facts are in the table's own properties.
 *
 * <p>The keys are private copies; each accessor call makes another one, so code that compares often
 * uses {@link #overlaps} or the compare methods.
 *
 * @param number the file's number
 * @param fileBytes the file's length
 * @param entries how many entries there are, deletions among them
 * @param deletions how many of the entries delete
 * @param smallestKey the store key of the first entry
 * @param largestKey the store key of the last entry
 * @param smallestSequence the smallest sequence of an entry
 * @param largestSequence the largest sequence of an entry
 * @param dataBytes store keys and values, uncompressed
 */
public record TableMetadata(
    long number,
    long fileBytes,
    long entries,
    long deletions,
    byte[] smallestKey,
    byte[] largestKey,
    long smallestSequence,
    long largestSequence,
    long dataBytes) {

  /** Copies the keys. */
  public TableMetadata {
    smallestKey = smallestKey.clone();
    largestKey = largestKey.clone();
  }

  @Override
  public byte[] smallestKey() {
    return smallestKey.clone();
  }

  @Override
  public byte[] largestKey() {
    return largestKey.clone();
  }

  /** Compares the table's smallest key with a key. */
  public int compareSmallest(byte[] key) {
    return Arrays.compareUnsigned(smallestKey, key);
  }

  /** Compares the table's largest key with a key. */
  public int compareLargest(byte[] key) {
    return Arrays.compareUnsigned(largestKey, key);
  }

  /** Whether both tables may hold entries of one key. */
  public boolean overlaps(TableMetadata other) {
    return compareLargest(other.smallestKey) >= 0 && compareSmallest(other.largestKey) <= 0;
  }

  /** A copy of a key in memory. */
  static byte[] copyKey(MemorySegment key, long offset, int length) {
    return key.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
  }

  TableMetadata withFileBytes(long bytes) {
    return new TableMetadata(
        number,
        bytes,
        entries,
        deletions,
        smallestKey,
        largestKey,
        smallestSequence,
        largestSequence,
        dataBytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TableMetadata that
        && number == that.number
        && fileBytes == that.fileBytes
        && entries == that.entries
        && deletions == that.deletions
        && Arrays.equals(smallestKey, that.smallestKey)
        && Arrays.equals(largestKey, that.largestKey)
        && smallestSequence == that.smallestSequence
        && largestSequence == that.largestSequence
        && dataBytes == that.dataBytes;
  }

  @Override
  public int hashCode() {
    return Objects.hash(number, fileBytes, entries);
  }

  /** Names no key: keys are the user's, and this may end up in a log. */
  @Override
  public String toString() {
    return "table "
        + number
        + " ("
        + fileBytes
        + " bytes, "
        + entries
        + " entries, "
        + deletions
        + " deletions, sequences "
        + smallestSequence
        + " to "
        + largestSequence
        + ")";
  }
}
