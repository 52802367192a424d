package dev.firn.test;

import dev.firn.Cursor;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Checks that a walk meets keys in strict order: none twice, none out of order. */
public final class WalkOrder {

  private final boolean forwards;
  private byte @Nullable [] before;

  private WalkOrder(boolean forwards) {
    this.forwards = forwards;
  }

  public static WalkOrder forwards() {
    return new WalkOrder(true);
  }

  public static WalkOrder backwards() {
    return new WalkOrder(false);
  }

  /**
   * Checks the key that the walk has reached, and returns it.
   *
   * @throws AssertionError when it does not follow the previous one
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
