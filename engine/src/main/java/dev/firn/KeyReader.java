package dev.firn;

import dev.firn.engine.PointReader;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries of one tree: single keys with {@code get} and {@code contains}, ranges with a
 * {@link Cursor}. A {@link Tree} reads its latest state: a call sees every write that returned
 * before the call began. {@link Tree#at} reads the moment of a snapshot: all calls see the same
 * entries. {@link Transaction#in} reads the moment in which a transaction began, and its writes.
 *
 * <p><b>Keys and values.</b> A key has 0 to 65,536 bytes, a value 0 to 2,147,483,647. Keys are
 * compared byte by byte, as unsigned numbers. Both are passed as arrays or as memory segments, heap
 * or native, and are not used after the call. A {@link java.nio.ByteBuffer}, heap or direct, is
 * passed as {@link MemorySegment#ofBuffer MemorySegment.ofBuffer(buffer)}, which covers the bytes
 * from its position to its limit, does not copy them, and does not move its position.
 *
 * <p><b>Threading.</b> Any number of threads may use a reader. A cursor belongs to one of them.
 *
 * <p><b>Ownership.</b> A reader holds no memory and no files, and is not closed; it reads as long
 * as the store or the snapshot that it was made from is open. What {@code get} returns or fills
 * belongs to the caller. A cursor must be closed.
 *
 * <p><b>Errors.</b>
 *
 * <ul>
 *   <li>{@link NullPointerException} when an argument is null.
 *   <li>{@link IllegalArgumentException} when a key is longer than 65,536 bytes.
 *   <li>{@link IllegalStateException} when the store or the snapshot is closed, or the tree was
 *       dropped.
 *   <li>{@link dev.firn.error.CorruptionException} and {@link dev.firn.error.StorageException} when
 *       the bytes that hold the entry are damaged or cannot be read; other keys can still be read.
 * </ul>
 *
 * <p>Applications do not implement this interface: later versions add methods.
 */
public sealed interface KeyReader permits Tree, SnapshotReader, TransactionReader {

  /** What a {@code get} into a buffer returns for a key without a value: {@value}. */
  long ABSENT = PointReader.ABSENT;

  /** Returns a copy of a key's value, or null when the key has none. */
  byte @Nullable [] get(byte[] key);

  /** Returns a copy of a key's value, or null when the key has none. */
  byte @Nullable [] get(MemorySegment key);

  /**
   * Copies a key's value to the start of {@code target}, as much of it as fits. Allocates nothing.
   *
   * @return the length of the whole value, which may be more than was copied, or {@link #ABSENT}
   */
  long get(byte[] key, byte[] target);

  /**
   * Copies a key's value to the start of {@code target}, as much of it as fits. Allocates nothing.
   *
   * @return the length of the whole value, which may be more than was copied, or {@link #ABSENT}
   * @throws IllegalArgumentException when {@code target} is read-only
   */
  long get(MemorySegment key, MemorySegment target);

  /**
   * Returns copies of the values of many keys, all of one moment: at each index the value of the
   * key at that index, or null when it has none. The keys need not be sorted or distinct.
   *
   * <p>Much faster than a {@link #get(byte[]) get} for each key, because the searches wait for
   * memory, or for the device, at the same time. A call with a hundred keys is as fast for a key as
   * one with more.
   *
   * @throws NullPointerException when a key is null; the message has its index, as that of each
   *     exception about one of the keys
   * @throws dev.firn.error.CorruptionException when the bytes that hold one of the entries are
   *     damaged; a suppressed exception names the key, and {@code get} reads the other ones
   */
  byte[] @Nullable [] getAll(byte[][] keys);

  /**
   * Passes the value of each of the keys that has one to {@code consumer}, in place and in the
   * order of the keys, otherwise like {@link #getAll(byte[][])}. Makes no object for a key.
   *
   * <p>What the consumer throws ends the call and reaches the caller. When this method throws, the
   * values passed before are not to be trusted.
   */
  void getAll(MemorySegment[] keys, IndexedValueConsumer consumer);

  /**
   * Passes a key's value to {@code consumer} in place, without a copy. The consumer may read from
   * the store; it should be quick, because what it reads is kept until it returns. What it throws
   * reaches the caller.
   *
   * @return whether the key has a value; if not, {@code consumer} is not called
   */
  boolean read(byte[] key, ValueConsumer consumer);

  /** As {@link #read(byte[], ValueConsumer)}. */
  boolean read(MemorySegment key, ValueConsumer consumer);

  /** Returns whether a key has a value. Allocates nothing. */
  boolean contains(byte[] key);

  /** Returns whether a key has a value. Allocates nothing. */
  boolean contains(MemorySegment key);

  /** Returns a cursor over all keys; it sees the entries of the moment in which it is made. */
  default Cursor cursor() {
    return cursor(KeyRange.all());
  }

  /** Returns a cursor over a range; it sees the entries of the moment in which it is made. */
  Cursor cursor(KeyRange range);
}
