package dev.firn;

import dev.firn.core.StoreKey;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A range of keys, in the order of unsigned bytes. The name of each factory says which bounds
 * belong to the range:
 *
 * <pre>
 *  all()               every key
 *  atLeast(a)          a &lt;= key
 *  greaterThan(a)      a &lt;  key
 *  atMost(b)                  key &lt;= b
 *  lessThan(b)                key &lt;  b
 *  closed(a, b)        a &lt;= key &lt;= b
 *  closedOpen(a, b)    a &lt;= key &lt;  b
 *  openClosed(a, b)    a &lt;  key &lt;= b
 *  open(a, b)          a &lt;  key &lt;  b
 *  prefix(p)           every key that begins with p, p itself included
 * </pre>
 *
 * <p>A range whose bounds are out of order holds no keys. Bounds are arrays or memory segments, and
 * are copied; a {@link java.nio.ByteBuffer} is passed as {@link MemorySegment#ofBuffer
 * MemorySegment.ofBuffer(buffer)}.
 *
 * <p>Every range is kept as a lower bound that belongs to it and an upper bound that does not:
 * the key that follows {@code k} in the order is {@code k} with a byte 0 appended, so {@code
 * greaterThan(k)} is {@code atLeast(k, 0)}. Ranges that are the same in that form are equal.
 *
 * <p>Immutable, and usable by any number of threads.
 */
public final class KeyRange {

  private static final byte[] FIRST_KEY = {};
  private static final KeyRange ALL = new KeyRange(FIRST_KEY, null);

  private final byte[] lower;
  private final byte @Nullable [] upper;

  private KeyRange(byte[] lower, byte @Nullable [] upper) {
    this.lower = lower;
    this.upper = upper;
  }

  /** All keys. */
  public static KeyRange all() {
    return ALL;
  }

  /** The keys at or after {@code lower}. */
  public static KeyRange atLeast(byte[] lower) {
    return new KeyRange(copy(lower, "lower"), null);
  }

  /** The keys at or after {@code lower}. */
  public static KeyRange atLeast(MemorySegment lower) {
    return new KeyRange(copy(lower, "lower"), null);
  }

  /** The keys after {@code lower}. */
  public static KeyRange greaterThan(byte[] lower) {
    return new KeyRange(next(lower, "lower"), null);
  }

  /** The keys after {@code lower}. */
  public static KeyRange greaterThan(MemorySegment lower) {
    return new KeyRange(next(lower, "lower"), null);
  }

  /** The keys at or before {@code upper}. */
  public static KeyRange atMost(byte[] upper) {
    return new KeyRange(FIRST_KEY, next(upper, "upper"));
  }

  /** The keys at or before {@code upper}. */
  public static KeyRange atMost(MemorySegment upper) {
    return new KeyRange(FIRST_KEY, next(upper, "upper"));
  }

  /** The keys before {@code upper}. */
  public static KeyRange lessThan(byte[] upper) {
    return new KeyRange(FIRST_KEY, copy(upper, "upper"));
  }

  /** The keys before {@code upper}. */
  public static KeyRange lessThan(MemorySegment upper) {
    return new KeyRange(FIRST_KEY, copy(upper, "upper"));
  }

  /** The keys at or after {@code lower} and at or before {@code upper}. */
  public static KeyRange closed(byte[] lower, byte[] upper) {
    return new KeyRange(copy(lower, "lower"), next(upper, "upper"));
  }

  /** The keys at or after {@code lower} and at or before {@code upper}. */
  public static KeyRange closed(MemorySegment lower, MemorySegment upper) {
    return new KeyRange(copy(lower, "lower"), next(upper, "upper"));
  }

  /** The keys at or after {@code lower} and before {@code upper}. */
  public static KeyRange closedOpen(byte[] lower, byte[] upper) {
    return new KeyRange(copy(lower, "lower"), copy(upper, "upper"));
  }

  /** The keys at or after {@code lower} and before {@code upper}. */
  public static KeyRange closedOpen(MemorySegment lower, MemorySegment upper) {
    return new KeyRange(copy(lower, "lower"), copy(upper, "upper"));
  }

  /** The keys after {@code lower} and at or before {@code upper}. */
  public static KeyRange openClosed(byte[] lower, byte[] upper) {
    return new KeyRange(next(lower, "lower"), next(upper, "upper"));
  }

  /** The keys after {@code lower} and at or before {@code upper}. */
  public static KeyRange openClosed(MemorySegment lower, MemorySegment upper) {
    return new KeyRange(next(lower, "lower"), next(upper, "upper"));
  }

  /** The keys after {@code lower} and before {@code upper}. */
  public static KeyRange open(byte[] lower, byte[] upper) {
    return new KeyRange(next(lower, "lower"), copy(upper, "upper"));
  }

  /** The keys after {@code lower} and before {@code upper}. */
  public static KeyRange open(MemorySegment lower, MemorySegment upper) {
    return new KeyRange(next(lower, "lower"), copy(upper, "upper"));
  }

  /** The keys that begin with {@code prefix}; all keys when it is empty. */
  public static KeyRange prefix(byte[] prefix) {
    byte[] lower = copy(prefix, "prefix");
    return new KeyRange(lower, afterPrefix(lower));
  }

  /** The keys that begin with {@code prefix}; all keys when it is empty. */
  public static KeyRange prefix(MemorySegment prefix) {
    byte[] lower = copy(prefix, "prefix");
    return new KeyRange(lower, afterPrefix(lower));
  }

  /** Returns a copy of the lower bound, which belongs to the range; empty when there is none. */
  public byte[] lower() {
    return lower.clone();
  }

  /** Returns a copy of the upper bound, which does not belong to the range, or null. */
  public byte @Nullable [] upper() {
    return upper == null ? null : upper.clone();
  }

  /** The lower bound itself, not to be changed. */
  byte[] lowerBytes() {
    return lower;
  }

  /** The upper bound itself, not to be changed. */
  byte @Nullable [] upperBytes() {
    return upper;
  }

  /**
   * The first user key of the range, which is the lower bound unless that is too long for a key.
   */
  byte[] firstUserKey() {
    if (lower.length <= StoreKey.MAX_USER_KEY_BYTES) {
      return lower;
    }
    byte[] key = StoreKey.ceiling(storeKey(0, lower));
    // Without a following key in the tree, there is none in the range either.
    return key.length == StoreKey.TREE_BYTES
        ? lower
        : Arrays.copyOfRange(key, StoreKey.TREE_BYTES, key.length);
  }

  /** The first store key after the range in a tree. */
  byte[] storeEnd(int tree) {
    return upper == null ? StoreKey.treeEnd(tree) : StoreKey.ceiling(storeKey(tree, upper));
  }

  /** Whether a user key of a tree is one, and before a store key. */
  static boolean isBefore(int tree, byte[] userKey, byte[] end) {
    return userKey.length <= StoreKey.MAX_USER_KEY_BYTES
        && Arrays.compareUnsigned(storeKey(tree, userKey), end) < 0;
  }

  private static byte[] storeKey(int tree, byte[] userKey) {
    return ByteBuffer.allocate(StoreKey.TREE_BYTES + userKey.length)
        .putInt(tree)
        .put(userKey)
        .array();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof KeyRange range
        && Arrays.equals(lower, range.lower)
        && Arrays.equals(upper, range.upper);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(lower) + Arrays.hashCode(upper);
  }

  /** The bounds in hexadecimal digits: {@code KeyRange[6b01 <= key < 6b02]}. */
  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    String from = lower.length == 0 ? "" : hex.formatHex(lower) + " <= ";
    String to = upper == null ? "" : " < " + hex.formatHex(upper);
    return "KeyRange[" + from + "key" + to + "]";
  }

  private static byte[] copy(byte[] bound, String name) {
    return Objects.requireNonNull(bound, name).clone();
  }

  private static byte[] copy(MemorySegment bound, String name) {
    return Objects.requireNonNull(bound, name).toArray(ValueLayout.JAVA_BYTE);
  }

  /** The first key after {@code bound}: the same bytes and a byte 0. */
  private static byte[] next(byte[] bound, String name) {
    return Arrays.copyOf(Objects.requireNonNull(bound, name), bound.length + 1);
  }

  private static byte[] next(MemorySegment bound, String name) {
    return next(copy(bound, name), name);
  }

  /** The first key after all that begin with {@code prefix}, or null when there is none. */
  private static byte @Nullable [] afterPrefix(byte[] prefix) {
    int length = prefix.length;
    while (length > 0 && prefix[length - 1] == (byte) 0xff) {
      length--;
    }
    if (length == 0) {
      return null;
    }
    byte[] after = Arrays.copyOf(prefix, length);
    after[length - 1]++;
    return after;
  }
}
