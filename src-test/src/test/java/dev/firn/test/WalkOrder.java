package dev.firn.test;

import dev.firn.Cursor;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Looks on at a walk, in which each key must lie beyond the one before it: none twice, none out of
 * order.
 */
public final class WalkOrder {

  private final boolean forwards;
  private byte @Nullable [] before;

  private WalkOrder(boolean forwards) {
    this.forwards = forwards;
  }

  /** Of a walk that begins, from smaller keys to larger ones. */
  public static WalkOrder forwards() {
    return new WalkOrder(true);
  }

  /** Of a walk that begins, from larger keys to smaller ones. */
  public static WalkOrder backwards() {
    return new WalkOrder(false);
  }

  /**
   * The key that the walk has come to.
   *
   * @throws AssertionError when it is not beyond the one before
   */
  public byte[] check(Cursor cursor) {
    byte[] key = cursor.keyBytes();
    byte[] last = before;
    if (last != null) {
      int order = Arrays.compareUnsigned(last, key);
      if (forwards ? order >= 0 : order <= 0) {
        throw new AssertionError("keys out of order: " + hex(last) + ", then " + hex(key));
      }
    }
    before = key;
    return key;
  }

  private static String hex(byte[] key) {
    return HexFormat.of().formatHex(key);
  }
}
