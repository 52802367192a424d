package dev.firn.engine;

import dev.firn.core.KeyOrder;
import dev.firn.core.StoreKey;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A copy of some bytes, usually a key, in anonymous memory that grows as needed.
 *
 * <p><b>Threading.</b> Belongs to one thread. <b>Ownership.</b> The arena's.
 */
public final class KeyBuffer {

  private static final int INITIAL_BYTES = 256;

  private final Arena arena;
  private MemorySegment memory;
  private long length;

  /** A buffer whose memory the garbage collector frees. */
  KeyBuffer() {
    this(Arena.ofAuto());
  }

  /** A buffer in an arena, where memory that it outgrew stays. */
  KeyBuffer(Arena arena) {
    this.arena = arena;
    memory = allocate(INITIAL_BYTES);
  }

  long memoryBytes() {
    return memory.byteSize();
  }

  /** Copies bytes. */
  void set(MemorySegment source, long offset, long bytes) {
    reserve(bytes);
    MemorySegment.copy(source, offset, memory, 0, bytes);
    length = bytes;
  }

  /** Copies bytes. */
  void set(byte[] source) {
    reserve(source.length);
    MemorySegment.copy(source, 0, memory, ValueLayout.JAVA_BYTE, 0, source.length);
    length = source.length;
  }

  /** Sets the store key of a user key. */
  void setStoreKey(int tree, MemorySegment userKey) {
    long bytes = userKey.byteSize();
    reserve(StoreKey.TREE_BYTES + bytes);
    StoreKey.setTree(memory, 0, tree);
    MemorySegment.copy(userKey, 0, memory, StoreKey.TREE_BYTES, bytes);
    length = StoreKey.TREE_BYTES + bytes;
  }

  /** Sets the store key of a user key. */
  void setStoreKey(int tree, byte[] userKey) {
    reserve(StoreKey.TREE_BYTES + (long) userKey.length);
    StoreKey.setTree(memory, 0, tree);
    MemorySegment.copy(
        userKey, 0, memory, ValueLayout.JAVA_BYTE, StoreKey.TREE_BYTES, userKey.length);
    length = (long) StoreKey.TREE_BYTES + userKey.length;
  }

  /** Sets the store key that sorts before all keys of a tree. */
  void setTreeStart(int tree) {
    StoreKey.setTree(memory, 0, tree);
    length = StoreKey.TREE_BYTES;
  }

  /** A copy. */
  public byte[] toArray() {
    byte[] copy = new byte[length()];
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, copy, 0, copy.length);
    return copy;
  }

  /** The memory that holds the bytes from its start; another one after it has grown. */
  public MemorySegment memory() {
    return memory;
  }

  /** The count of bytes. */
  public int length() {
    return (int) length;
  }

  /** Compares these bytes with others, in the order of keys. */
  int compareTo(MemorySegment other, long offset, int bytes) {
    return KeyOrder.compare(memory, 0, length(), other, offset, bytes);
  }

  private void reserve(long bytes) {
    if (bytes > memory.byteSize()) {
      memory = allocate(Math.max(bytes, 2 * memory.byteSize()));
    }
  }

  private MemorySegment allocate(long bytes) {
    return arena.allocate(bytes, Long.BYTES);
  }
}
