package dev.firn;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The keys from a lower bound, inclusive, to an upper bound, exclusive; either may be missing. Keys
 * are compared byte by byte, as unsigned numbers. Immutable.
 */
public final class KeyRange {

  private static final KeyRange ALL = new KeyRange(new byte[0], null);

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
  public static KeyRange from(byte[] lower) {
    return new KeyRange(Objects.requireNonNull(lower, "lower").clone(), null);
  }

  /** The keys before {@code upper}. */
  public static KeyRange to(byte[] upper) {
    return new KeyRange(new byte[0], Objects.requireNonNull(upper, "upper").clone());
  }

  /**
   * The keys at or after {@code lower} and before {@code upper}; none when they are out of
   * order.
   */
  public static KeyRange between(byte[] lower, byte[] upper) {
    return new KeyRange(
        Objects.requireNonNull(lower, "lower").clone(),
        Objects.requireNonNull(upper, "upper").clone());
  }

  /** The keys that begin with {@code prefix}. */
  public static KeyRange prefix(byte[] prefix) {
    byte[] lower = Objects.requireNonNull(prefix, "prefix").clone();
    return new KeyRange(lower, successor(lower));
  }

  /** A copy of the lower bound; empty when there is none. */
  public byte[] lower() {
    return lower.clone();
  }

  /** A copy of the upper bound, or null when there is none. */
  public byte @Nullable [] upper() {
    return upper == null ? null : upper.clone();
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

  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return "[" + hex.formatHex(lower) + ", " + (upper == null ? "" : hex.formatHex(upper)) + ")";
  }

  /** The first key behind all that begin with {@code prefix}, or null when there is none. */
  private static byte @Nullable [] successor(byte[] prefix) {
    int length = prefix.length;
    while (length > 0 && prefix[length - 1] == (byte) 0xff) {
      length--;
    }
    if (length == 0) {
      return null;
    }
    byte[] next = Arrays.copyOf(prefix, length);
    next[length - 1]++;
    return next;
  }
}
