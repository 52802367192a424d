package dev.firn.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Some keys that are searched side by side, so that the searches wait for memory at the same time:
 * copies of the store keys, their hashes, and the entries found.
 *
 * <p>A source is asked for the {@link #open} keys: those that no newer source has an entry of. Sets
 * of keys are bits of an {@code int}.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 *
 * <p><b>Ownership.</b> The memory is the garbage collector's. The values of the entries found are
 * valid as those of {@link EntryRef} are, until {@link #clear}.
 */
public final class KeyGroup {

  /** The maximum count of keys. */
  public static final int CAPACITY = Integer.SIZE;

  /** No key is added once the keys have this length together. */
  private static final long ENOUGH_BYTES = 64 << 10;

  private static final long INITIAL_BYTES = 2 << 10;

  private final long[] offsets = new long[CAPACITY];
  private final int[] lengths = new int[CAPACITY];
  private final long[] hashes = new long[CAPACITY];
  private final EntryRef[] entries = new EntryRef[CAPACITY];
  private MemorySegment memory = Arena.ofAuto().allocate(INITIAL_BYTES, Long.BYTES);
  private long end;
  private long trailer;
  private int size;
  private int open;

  /** A group without keys. */
  public KeyGroup() {
    for (int i = 0; i < CAPACITY; i++) {
      entries[i] = new EntryRef();
    }
  }

  /** Removes all keys and releases the entries found. Idempotent. */
  public void clear() {
    for (int key = 0; key < size; key++) {
      entries[key].release();
    }
    size = 0;
    open = 0;
    end = 0;
  }

  /** Whether no key can be added. */
  public boolean isFull() {
    return size == CAPACITY || end >= ENOUGH_BYTES;
  }

  /** Adds the store key of a user key. */
  public void add(int tree, byte[] userKey) {
    reserve(userKey.length);
    MemorySegment.copy(
        userKey, 0, memory, ValueLayout.JAVA_BYTE, end + StoreKey.TREE_BYTES, userKey.length);
    add(tree, userKey.length);
  }

  /** Adds the store key of a user key. */
  public void add(int tree, MemorySegment userKey) {
    int bytes = (int) userKey.byteSize();
    reserve(bytes);
    MemorySegment.copy(userKey, 0, memory, end + StoreKey.TREE_BYTES, bytes);
    add(tree, bytes);
  }

  private void add(int tree, int userKeyBytes) {
    int length = StoreKey.TREE_BYTES + userKeyBytes;
    StoreKey.setTree(memory, end, tree);
    offsets[size] = end;
    lengths[size] = length;
    hashes[size] = KeyHash.of(memory, end, length);
    end = end + length;
    open |= 1 << size++;
  }

  private void reserve(int userKeyBytes) {
    long needed = end + StoreKey.TREE_BYTES + userKeyBytes;
    if (needed > memory.byteSize()) {
      MemorySegment larger =
          Arena.ofAuto().allocate(Math.max(needed, 2 * memory.byteSize()), Long.BYTES);
      MemorySegment.copy(memory, 0, larger, 0, end);
      memory = larger;
    }
  }

  /** Sets the largest visible trailer, see {@link SequenceNumber#seekTrailer}. */
  public void setTrailer(long visible) {
    trailer = visible;
  }

  /** The largest visible trailer. */
  public long trailer() {
    return trailer;
  }

  /** The count of keys. */
  public int size() {
    return size;
  }

  /** The memory that holds all keys. */
  public MemorySegment memory() {
    return memory;
  }

  /** Where a key starts in {@link #memory}. */
  public long offset(int key) {
    return offsets[key];
  }

  /** The length of a key. */
  public int length(int key) {
    return lengths[key];
  }

  /** The {@link KeyHash} of a key. */
  public long hash(int key) {
    return hashes[key];
  }

  /** The entry of a key, to be set by a search; valid if the key {@link #isFound}. */
  public EntryRef entry(int key) {
    return entries[key];
  }

  /** The keys that no entry was found of. */
  public int open() {
    return open;
  }

  /** Records that an entry of a key was found. */
  public void found(int key) {
    open &= ~(1 << key);
  }

  /** Whether an entry of a key was found. */
  public boolean isFound(int key) {
    return (open & 1 << key) == 0;
  }
}
