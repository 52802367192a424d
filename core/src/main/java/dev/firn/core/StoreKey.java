package dev.firn.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A key as every layer below the API sees it: the tree's id, then the user's key, so that one
 * unsigned bytewise order sorts the keys of all trees.
 *
 * <pre>
 *  offset  size  field
 *       0     4  tree      u32, big-endian
 *       4     n  user key  0 to {@link #MAX_USER_KEY_BYTES} bytes
 * </pre>
 */
public final class StoreKey {

  /** Bytes of the tree's id. */
  public static final int TREE_BYTES = Integer.BYTES;

  /** The maximum length of a user's key in bytes. */
  public static final int MAX_USER_KEY_BYTES = 64 * 1024;

  /** The maximum length of a store key in bytes. */
  public static final int MAX_BYTES = TREE_BYTES + MAX_USER_KEY_BYTES;

  private static final ValueLayout.OfInt TREE =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private StoreKey() {}

  /** The tree's id in the store key at {@code offset}. */
  public static int tree(MemorySegment segment, long offset) {
    return segment.get(TREE, offset);
  }

  /** Writes the tree's id of the store key at {@code offset}. */
  public static void setTree(MemorySegment segment, long offset, int tree) {
    segment.set(TREE, offset, tree);
  }

  /** The first store key after all those of a tree. */
  public static byte[] treeEnd(int tree) {
    return ByteBuffer.allocate(TREE_BYTES).putInt(tree + 1).array();
  }

  /** The first store key after another one. */
  public static byte[] successor(byte[] key) {
    return key.length < MAX_BYTES ? Arrays.copyOf(key, key.length + 1) : afterLongest(key);
  }

  /** The first store key at or after some bytes, which are a key unless they are too long. */
  public static byte[] ceiling(byte[] bytes) {
    return bytes.length <= MAX_BYTES ? bytes : afterLongest(bytes);
  }

  /** The first key after one of the maximum length, whose last byte that can grows. */
  private static byte[] afterLongest(byte[] key) {
    int length = MAX_BYTES;
    while (length > TREE_BYTES && key[length - 1] == (byte) 0xff) {
      length--;
    }
    if (length == TREE_BYTES) {
      return treeEnd(ByteBuffer.wrap(key).getInt());
    }
    byte[] after = Arrays.copyOf(key, length);
    after[length - 1]++;
    return after;
  }
}
