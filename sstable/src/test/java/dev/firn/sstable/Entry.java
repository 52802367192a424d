package dev.firn.sstable;

import java.util.Arrays;

/** An internal key, in its order. */
record Entry(byte[] key, long trailer) implements Comparable<Entry> {

  @Override
  public int compareTo(Entry that) {
    int c = Arrays.compareUnsigned(key, that.key);
    return c != 0 ? c : Long.compareUnsigned(that.trailer, trailer);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Entry that && compareTo(that) == 0;
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(key) + Long.hashCode(trailer);
  }
}
