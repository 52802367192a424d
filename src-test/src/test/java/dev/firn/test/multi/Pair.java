package dev.firn.test.multi;

import java.util.Arrays;
import java.util.HexFormat;

/** A key and one of its values, in the order of a multi tree. */
record Pair(byte[] key, byte[] value) implements Comparable<Pair> {

  boolean hasKey(byte[] other) {
    return Arrays.equals(key, other);
  }

  @Override
  public int compareTo(Pair other) {
    int order = Arrays.compareUnsigned(key, other.key);
    return order != 0 ? order : Arrays.compareUnsigned(value, other.value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Pair pair && compareTo(pair) == 0;
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(key) + Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return hex.formatHex(key) + "=" + hex.formatHex(value);
  }
}
