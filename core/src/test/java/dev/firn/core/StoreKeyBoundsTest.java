package dev.firn.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StoreKeyBoundsTest {

  private static byte[] longest(int last) {
    byte[] key = new byte[StoreKey.MAX_BYTES];
    Arrays.fill(key, (byte) 0xff);
    key[3] = 7;
    key[0] = key[1] = key[2] = 0;
    key[key.length - 1] = (byte) last;
    return key;
  }

  @Test
  void successor_ofAKey_hasAZeroMore() {
    assertArrayEquals(
        new byte[] {0, 0, 0, 7, 1, 0}, StoreKey.successor(new byte[] {0, 0, 0, 7, 1}));
  }

  @Test
  void successor_ofALongestKey_isNoLonger() {
    byte[] after = StoreKey.successor(longest(5));
    assertArrayEquals(longest(6), after);
    assertTrue(Arrays.compareUnsigned(longest(5), after) < 0);
  }

  @Test
  void successor_ofTheLastKey_isTheEndOfTheTree() {
    assertArrayEquals(StoreKey.treeEnd(7), StoreKey.successor(longest(0xff)));
  }

  @Test
  void ceiling_ofAKey_isTheKey() {
    byte[] key = longest(1);
    assertSame(key, StoreKey.ceiling(key));
  }

  @Test
  void ceiling_ofBytesThatAreTooLong_isTheNextKey() {
    byte[] tooLong = Arrays.copyOf(longest(5), StoreKey.MAX_BYTES + 3);
    assertArrayEquals(longest(6), StoreKey.ceiling(tooLong));
  }
}
