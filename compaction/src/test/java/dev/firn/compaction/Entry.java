package dev.firn.compaction;

import dev.firn.core.SequenceNumber;
import dev.firn.core.ValueKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/**
 * An internal entry, as a test writes it: {@code b#11,PUT} is the entry of key {@code b} in tree 1
 * with sequence 11, {@code 7/b#11,DELETE} one in tree 7.
 */
record Entry(byte[] key, long trailer, byte[] value) {

  static final Comparator<Entry> ORDER =
      (a, b) -> {
        int c = Arrays.compareUnsigned(a.key, b.key);
        return c != 0 ? c : Long.compareUnsigned(b.trailer, a.trailer);
      };

  /** An entry whose value is its own text. */
  static Entry parse(String text) {
    int sharp = text.lastIndexOf('#');
    int comma = text.indexOf(',', sharp);
    long sequence = Long.parseLong(text.substring(sharp + 1, comma));
    ValueKind kind = ValueKind.valueOf(text.substring(comma + 1));
    byte[] value = kind == ValueKind.PUT ? text.getBytes(StandardCharsets.UTF_8) : new byte[0];
    return new Entry(
        key(text.substring(0, sharp)), SequenceNumber.trailer(sequence, kind.code()), value);
  }

  /** The store key for {@code b} or {@code 7/b}. */
  static byte[] key(String text) {
    int slash = text.indexOf('/');
    int tree = slash < 0 ? 1 : Integer.parseInt(text.substring(0, slash));
    return key(tree, text.substring(slash + 1).getBytes(StandardCharsets.UTF_8));
  }

  static byte[] key(int tree, byte[] userKey) {
    return ByteBuffer.allocate(Integer.BYTES + userKey.length).putInt(tree).put(userKey).array();
  }

  /** The inverse of {@link #key(String)}. */
  static String text(byte[] key) {
    int tree = ByteBuffer.wrap(key).getInt();
    String user =
        new String(key, Integer.BYTES, key.length - Integer.BYTES, StandardCharsets.UTF_8);
    return tree == 1 ? user : tree + "/" + user;
  }

  long sequence() {
    return SequenceNumber.sequence(trailer);
  }

  boolean isDelete() {
    return SequenceNumber.kindCode(trailer) == ValueKind.DELETE.code();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Entry that
        && trailer == that.trailer
        && Arrays.equals(key, that.key)
        && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(key) + Long.hashCode(trailer);
  }

  @Override
  public String toString() {
    return text(key) + "#" + sequence() + "," + (isDelete() ? "DELETE" : "PUT");
  }
}
