package dev.firn.test.hostile;

import dev.firn.Cursor;
import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.test.WalkOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** All that a store holds, as a number. */
final class Contents {

  private static final byte[] ABSENT = "no such key".getBytes(StandardCharsets.US_ASCII);

  private Contents() {}

  static NavigableMap<byte[], byte[]> emptyTree() {
    return new TreeMap<>(Arrays::compareUnsigned);
  }

  /** A number that two contents share only if they are the same. */
  static long digest(NavigableMap<String, NavigableMap<byte[], byte[]>> trees) {
    long digest = 0;
    for (Map.Entry<String, NavigableMap<byte[], byte[]>> tree : trees.entrySet()) {
      digest = mix(digest, tree.getKey().getBytes(StandardCharsets.UTF_8));
      for (Map.Entry<byte[], byte[]> entry : tree.getValue().entrySet()) {
        digest = mix(mix(digest, entry.getKey()), entry.getValue());
      }
    }
    return digest;
  }

  /**
   * Reads everything in a store in several ways, which must agree.
   *
   * @throws AssertionError when they do not
   */
  static long read(Store store) {
    NavigableMap<String, NavigableMap<byte[], byte[]>> trees = new TreeMap<>();
    for (String name : store.treeNames()) {
      trees.put(name, read(store.tree(name)));
    }
    return digest(trees);
  }

  private static NavigableMap<byte[], byte[]> read(Tree tree) {
    NavigableMap<byte[], byte[]> content = emptyTree();
    try (Cursor cursor = tree.cursor()) {
      WalkOrder order = WalkOrder.forwards();
      for (boolean more = cursor.first(); more; more = cursor.next()) {
        content.put(order.check(cursor), cursor.valueBytes());
      }
      int left = content.size();
      for (boolean more = cursor.last(); more; more = cursor.prev()) {
        check(same(content, cursor.keyBytes(), cursor.valueBytes()), "backward otherwise");
        left--;
      }
      check(left == 0, "backward fewer");
    }
    for (Map.Entry<byte[], byte[]> entry : content.entrySet()) {
      check(Arrays.equals(entry.getValue(), tree.get(entry.getKey())), "get otherwise");
    }
    check(tree.get(ABSENT) == null, "get of an absent key");
    return content;
  }

  private static boolean same(NavigableMap<byte[], byte[]> content, byte[] key, byte[] value) {
    return Arrays.equals(content.get(key), value);
  }

  private static void check(boolean right, String what) {
    if (!right) {
      throw new AssertionError(what);
    }
  }

  private static long mix(long digest, byte[] bytes) {
    long mixed = digest + 0x9e3779b97f4a7c15L + bytes.length;
    for (byte b : bytes) {
      mixed = (mixed ^ b) * 0xbf58476d1ce4e5b9L;
      mixed ^= mixed >>> 29;
    }
    return mixed;
  }
}
