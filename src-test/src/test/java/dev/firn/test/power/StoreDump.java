package dev.firn.test.power;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.firn.Cursor;
import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.test.model.Key;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A store's content by tree and key: read forwards, and compared with what backward scans and gets
 * return.
 */
final class StoreDump {

  private StoreDump() {}

  /**
   * Reads everything.
   *
   * @param keys keys to get beside the existing ones
   */
  static Map<String, Map<Key, byte[]>> of(Store store, Set<Key> keys) {
    Map<String, Map<Key, byte[]>> dump = new HashMap<>();
    for (String name : store.treeNames()) {
      Tree tree = store.tree(name);
      Map<Key, byte[]> entries = forwards(tree);
      assertBackwards(tree, entries);
      assertGets(tree, entries, keys);
      dump.put(name, entries);
    }
    return dump;
  }

  private static Map<Key, byte[]> forwards(Tree tree) {
    Map<Key, byte[]> entries = new LinkedHashMap<>();
    try (Cursor cursor = tree.cursor()) {
      Key before = null;
      for (boolean more = cursor.first(); more; more = cursor.next()) {
        Key key = new Key(cursor.keyBytes());
        assertFalse(before != null && key.compareTo(before) <= 0, "keys ascend");
        entries.put(key, cursor.valueBytes());
        before = key;
      }
    }
    return entries;
  }

  private static void assertBackwards(Tree tree, Map<Key, byte[]> entries) {
    List<Key> keys = List.copyOf(entries.keySet());
    int at = keys.size();
    try (Cursor cursor = tree.cursor()) {
      for (boolean more = cursor.last(); more; more = cursor.prev()) {
        assertFalse(at == 0, "backwards there is more than forwards");
        Key key = keys.get(--at);
        assertArrayEquals(key.bytes(), cursor.keyBytes(), "key, backwards");
        assertArrayEquals(entries.get(key), cursor.valueBytes(), "value, backwards");
      }
    }
    assertEquals(0, at, "backwards there is less than forwards");
  }

  private static void assertGets(Tree tree, Map<Key, byte[]> entries, Set<Key> keys) {
    entries.forEach((key, value) -> assertArrayEquals(value, tree.get(key.bytes()), "get"));
    for (Key key : keys) {
      if (!entries.containsKey(key)) {
        assertNull(tree.get(key.bytes()), () -> "get of a key that no cursor shows, " + key);
      }
    }
  }

  static void assertSame(
      Map<String, Map<Key, byte[]>> expected, Map<String, Map<Key, byte[]>> found) {
    assertEquals(expected.keySet(), found.keySet(), "trees");
    expected.forEach(
        (name, entries) -> {
          assertEquals(entries.keySet(), found.get(name).keySet(), () -> "keys of " + name);
          entries.forEach(
              (key, value) -> {
                if (!Arrays.equals(value, found.get(name).get(key))) {
                  throw new AssertionError("another value of " + name + " " + key);
                }
              });
        });
  }
}
