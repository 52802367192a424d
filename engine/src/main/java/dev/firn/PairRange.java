package dev.firn;

import dev.firn.core.PairKey;
import java.util.Arrays;
import java.util.Objects;

/** Ranges of the keys under which a multi tree keeps its pairs. */
final class PairRange {

  private PairRange() {}

  /** The pairs whose keys are in a range. */
  static KeyRange ofKeys(KeyRange keys) {
    Objects.requireNonNull(keys, "keys");
    byte[] lower = PairKey.escaped(keys.lowerBytes());
    byte[] upper = keys.upperBytes();
    return upper == null
        ? KeyRange.atLeast(lower)
        : KeyRange.closedOpen(lower, PairKey.escaped(upper));
  }

  /**
   * The pairs of a key.
   *
   * @throws IllegalArgumentException when the key is too long
   */
  static KeyRange ofKey(byte[] key) {
    return ofValues(key, KeyRange.all());
  }

  /**
   * The pairs of a key whose values are in a range.
   *
   * @throws IllegalArgumentException when the key is too long
   */
  static KeyRange ofValues(byte[] key, KeyRange values) {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(values, "values");
    PairKey first = new PairKey().setFirst(key);
    byte[] start = first.toArray();
    byte[] upper = values.upperBytes();
    byte[] end = upper == null ? first.afterKey().toArray() : concat(start, upper);
    return KeyRange.closedOpen(concat(start, values.lowerBytes()), end);
  }

  private static byte[] concat(byte[] start, byte[] rest) {
    byte[] all = Arrays.copyOf(start, start.length + rest.length);
    System.arraycopy(rest, 0, all, start.length, rest.length);
    return all;
  }
}
