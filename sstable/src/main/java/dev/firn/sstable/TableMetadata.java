package dev.firn.sstable;

import dev.firn.core.StoreKey;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;

/**
 * What is known about a table without opening it. The table's properties hold the same facts.
 *
 * <p>The keys are private copies, and each accessor call makes another copy: comparisons use the
 * compare methods.
 *
 * @param number the file's number
 * @param fileBytes the file's length
 * @param smallestKey the store key of the first entry or range tombstone, or a shorter key before
 *     it, of the same tree
 * @param largestKey the store key of the last entry, or a shorter key after it, of the same tree;
 *     or the end of the last range tombstone, which may be the tree's
 * @param stats totals over the entries
 * @param id a random number that no other table has, also in a copy of the store; 0 if the table is
 *     of a version without ids
 * @param references what it refers to in value files; the table's properties do not hold them
 */
public record TableMetadata(
    long number,
    long fileBytes,
    byte[] smallestKey,
    byte[] largestKey,
    EntryStats stats,
    long id,
    ValueReferences references) {

  /** Copies the keys. */
  public TableMetadata {
    smallestKey = smallestKey.clone();
    largestKey = largestKey.clone();
  }

  /** The metadata of a table that refers to no value file. */
  public TableMetadata(
      long number,
      long fileBytes,
      byte[] smallestKey,
      byte[] largestKey,
      EntryStats stats,
      long id) {
    this(number, fileBytes, smallestKey, largestKey, stats, id, ValueReferences.NONE);
  }

  /** The metadata of a table without an id. */
  public TableMetadata(
      long number, long fileBytes, byte[] smallestKey, byte[] largestKey, EntryStats stats) {
    this(number, fileBytes, smallestKey, largestKey, stats, 0);
  }

  @Override
  public byte[] smallestKey() {
    return smallestKey.clone();
  }

  @Override
  public byte[] largestKey() {
    return largestKey.clone();
  }

  /** See {@link EntryStats#entries}. */
  public long entries() {
    return stats.entries();
  }

  /** See {@link EntryStats#deletions}. */
  public long deletions() {
    return stats.deletions();
  }

  /** See {@link EntryStats#garbage}. */
  public GarbageStats garbage() {
    return stats.garbage();
  }

  /** See {@link EntryStats#expiry}. */
  public ExpiryStats expiry() {
    return stats.expiry();
  }

  /** Whether an entry expires. */
  public boolean expires() {
    return stats.expiry().entries() > 0;
  }

  /** Whether nothing is left from an instant on: each entry has expired, or is a deletion. */
  public boolean isExpiredAt(long clock) {
    ExpiryStats expiry = stats.expiry();
    return expiry.entries() > 0
        && expiry.latest() <= clock
        && expiry.entries() + deletions() == entries()
        && rangeDeletions() == 0;
  }

  /** The same with other entries that expire. */
  public TableMetadata withExpiry(ExpiryStats expiry) {
    return new TableMetadata(
        number, fileBytes, smallestKey, largestKey, stats.withExpiry(expiry), id, references);
  }

  /** See {@link GarbageStats#rangeDeletions}. */
  public long rangeDeletions() {
    return stats.garbage().rangeDeletions();
  }

  /** See {@link EntryStats#dataBytes}. */
  public long dataBytes() {
    return stats.dataBytes();
  }

  /** See {@link EntryStats#smallestSequence}. */
  public long smallestSequence() {
    return stats.smallestSequence();
  }

  /** See {@link EntryStats#largestSequence}. */
  public long largestSequence() {
    return stats.largestSequence();
  }

  /** Compares the table's smallest key with a key. */
  public int compareSmallest(byte[] key) {
    return Arrays.compareUnsigned(smallestKey, key);
  }

  /** Compares the table's largest key with a key. */
  public int compareLargest(byte[] key) {
    return Arrays.compareUnsigned(largestKey, key);
  }

  /** Length of both keys. */
  public long keyBytes() {
    return (long) smallestKey.length + largestKey.length;
  }

  /** The same with bounds in place of the keys, which are not between the keys. */
  public TableMetadata withBounds(byte[] lower, byte[] upper) {
    return new TableMetadata(number, fileBytes, lower, upper, stats, id, references);
  }

  /** The same with other references to value files. */
  public TableMetadata withReferences(ValueReferences found) {
    return new TableMetadata(number, fileBytes, smallestKey, largestKey, stats, id, found);
  }

  /** An {@link #id} of 62 random bits; never 0. */
  public static long idOf(long random) {
    return (random & (Long.MAX_VALUE >>> 1)) | 1;
  }

  /** The tree of the table's smallest key. */
  public int smallestTree() {
    return StoreKey.tree(MemorySegment.ofArray(smallestKey), 0);
  }

  /**
   * The largest tree that the table certainly has something of: it may have a range tombstone up to
   * the end of that tree, which is a key of the next one.
   */
  public int largestCertainTree() {
    boolean mayBeEnd = rangeDeletions() > 0 && largestKey.length == StoreKey.TREE_BYTES;
    return mayBeEnd ? Math.max(smallestTree(), largestTree() - 1) : largestTree();
  }

  /** The tree of the table's largest key. */
  public int largestTree() {
    return StoreKey.tree(MemorySegment.ofArray(largestKey), 0);
  }

  /** A copy of a key in memory. */
  static byte[] copyKey(MemorySegment key, long offset, int length) {
    return key.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
  }

  /**
   * Whether these are facts about a table, {@code exact} being what its file says: all are equal,
   * but the keys may be bounds of those of the table, and its file does not say what it refers to.
   */
  boolean describes(TableMetadata exact) {
    return number == exact.number
        && id == exact.id
        && fileBytes == exact.fileBytes
        && stats.equals(exact.stats)
        && exact.compareSmallest(smallestKey) >= 0
        && exact.compareLargest(largestKey) <= 0;
  }

  TableMetadata withFileBytes(long bytes) {
    return new TableMetadata(number, bytes, smallestKey, largestKey, stats, id, references);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TableMetadata that
        && number == that.number
        && id == that.id
        && fileBytes == that.fileBytes
        && Arrays.equals(smallestKey, that.smallestKey)
        && Arrays.equals(largestKey, that.largestKey)
        && stats.equals(that.stats)
        && references.equals(that.references);
  }

  @Override
  public int hashCode() {
    return Objects.hash(number, fileBytes, stats.entries());
  }

  /** Names no key: keys are the user's, and the text may end up in a log. */
  @Override
  public String toString() {
    return "table "
        + number
        + " ("
        + fileBytes
        + " bytes, "
        + stats.entries()
        + " entries, "
        + stats.deletions()
        + " deletions, sequences "
        + stats.smallestSequence()
        + " to "
        + stats.largestSequence()
        + ", id "
        + Long.toHexString(id)
        + ")";
  }
}
