package dev.firn.test.multi;

import dev.firn.KeyRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a multi tree must hold. */
final class MultiModel {

  private final TreeMap<byte[], TreeSet<byte[]>> pairs = new TreeMap<>(Arrays::compareUnsigned);

  MultiModel copy() {
    MultiModel copy = new MultiModel();
    pairs.forEach((key, values) -> values.forEach(value -> copy.add(key, value)));
    return copy;
  }

  void add(byte[] key, byte[] value) {
    pairs.computeIfAbsent(key, k -> new TreeSet<>(Arrays::compareUnsigned)).add(value);
  }

  void remove(byte[] key, byte[] value) {
    pairs.computeIfPresent(
        key,
        (k, values) -> {
          values.remove(value);
          return values.isEmpty() ? null : values;
        });
  }

  void removeAll(byte[] key) {
    pairs.remove(key);
  }

  void removeAll(KeyRange keys) {
    pairs.keySet().removeIf(key -> isIn(keys, key));
  }

  boolean contains(byte[] key, byte[] value) {
    return pairs.containsKey(key) && pairs.get(key).contains(value);
  }

  long count(byte[] key) {
    return pairs.containsKey(key) ? pairs.get(key).size() : 0;
  }

  /** The pairs whose keys are in a range, in their order. */
  List<Pair> inKeys(KeyRange keys) {
    List<Pair> found = new ArrayList<>();
    pairs.forEach(
        (key, values) -> {
          if (isIn(keys, key)) {
            values.forEach(value -> found.add(new Pair(key, value)));
          }
        });
    return found;
  }

  /** The pairs of a key whose values are in a range, in their order. */
  List<Pair> inValues(byte[] key, KeyRange range) {
    List<Pair> found = new ArrayList<>();
    for (byte[] value : pairs.getOrDefault(key, new TreeSet<>(Arrays::compareUnsigned))) {
      if (isIn(range, value)) {
        found.add(new Pair(key, value));
      }
    }
    return found;
  }

  private static boolean isIn(KeyRange range, byte[] bytes) {
    byte[] upper = range.upper();
    return Arrays.compareUnsigned(range.lower(), bytes) <= 0
        && (upper == null || Arrays.compareUnsigned(bytes, upper) < 0);
  }
}
