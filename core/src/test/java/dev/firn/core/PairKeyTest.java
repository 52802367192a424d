package dev.firn.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PairKeyTest {

  private static final int MAX = StoreKey.MAX_USER_KEY_BYTES;

  private final PairKey pair = new PairKey();
  private final PairParts parts = new PairParts();

  private record Pair(byte[] key, byte[] value) implements Comparable<Pair> {
    @Override
    public int compareTo(Pair other) {
      int order = Arrays.compareUnsigned(key, other.key);
      return order != 0 ? order : Arrays.compareUnsigned(value, other.value);
    }
  }

  /** Short, of few different bytes, so that many are prefixes of others. */
  private static byte[] bytes(Random random) {
    byte[] alphabet = {0, 1, 'a', (byte) 0xfe, (byte) 0xff};
    byte[] bytes = new byte[random.nextInt(5)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = alphabet[random.nextInt(alphabet.length)];
    }
    return bytes;
  }

  private static List<Pair> pairs() {
    Random random = new Random(7);
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < 800; i++) {
      pairs.add(new Pair(bytes(random), bytes(random)));
    }
    return pairs;
  }

  private byte[] encode(Pair of) {
    byte[] fromArrays = pair.set(of.key, of.value).toArray();
    MemorySegment key = MemorySegment.ofArray(of.key);
    MemorySegment value = MemorySegment.ofArray(of.value);
    assertArrayEquals(fromArrays, pair.set(key, value).view().toArray(ValueLayout.JAVA_BYTE));
    return fromArrays;
  }

  @Test
  void order_isByKey_thenByValue() {
    List<Pair> pairs = pairs();
    for (Pair a : pairs) {
      byte[] encoded = encode(a);
      for (Pair b : pairs) {
        int order = Arrays.compareUnsigned(encoded, encode(b));
        assertEquals(Integer.signum(a.compareTo(b)), Integer.signum(order));
      }
    }
  }

  @Test
  void bounds_ofAKey_encloseItsPairs() {
    List<Pair> pairs = pairs();
    for (Pair a : pairs) {
      byte[] first = pair.setFirst(a.key).toArray();
      byte[] escaped = PairKey.escaped(a.key);
      byte[] end = pair.setFirst(a.key).afterKey().toArray();
      for (Pair b : pairs) {
        byte[] encoded = encode(b);
        int order = Arrays.compareUnsigned(b.key, a.key);
        assertEquals(order >= 0, Arrays.compareUnsigned(encoded, first) >= 0);
        assertEquals(order >= 0, Arrays.compareUnsigned(encoded, escaped) >= 0);
        assertEquals(order > 0, Arrays.compareUnsigned(encoded, end) >= 0);
      }
    }
  }

  @Test
  void split_givesKeyAndValue() {
    byte[] before = {9};
    for (Pair of : pairs()) {
      MemorySegment encoded = MemorySegment.ofArray(encode(of));
      assertEquals(Arrays.equals(before, of.key), parts.hasSameKey(encoded));
      int start = parts.split(encoded);
      assertTrue(parts.hasSameKey(encoded));
      assertArrayEquals(of.key, parts.key().toArray(ValueLayout.JAVA_BYTE));
      assertEquals(of.key.length, parts.keyLength());
      assertArrayEquals(of.value, encoded.asSlice(start).toArray(ValueLayout.JAVA_BYTE));
      before = of.key;
    }
  }

  @Test
  void split_ofOtherBytes_findsNoPair() {
    byte[][] others = {{}, {'a'}, {'a', 0}, {0, 1, 0, 0}, {'a', 0, (byte) 0xff}, {0, 'a', 0, 0}};
    for (byte[] other : others) {
      MemorySegment memory = MemorySegment.ofArray(other);
      assertEquals(-1, parts.split(memory));
      assertFalse(parts.hasSameKey(memory));
    }
    assertEquals(2, parts.split(MemorySegment.ofArray(new byte[2])));
  }

  @Test
  void lengths_upToTheLongestKey() {
    byte[] value = new byte[6];
    assertEquals(MAX, pair.set(filled(MAX - 8), value).toArray().length);
    assertThrows(IllegalArgumentException.class, () -> pair.set(filled(MAX - 7), value));
    byte[] zeros = new byte[(MAX - 8) / 2];
    assertEquals(MAX, pair.set(zeros, value).toArray().length);
    byte[] tooMany = new byte[zeros.length + 1];
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> pair.set(tooMany, value));
    assertEquals(
        "key length=32765, zero bytes in it=32765, value length=6: must be at most 65534 together",
        e.getMessage());
    assertEquals(MAX, pair.setFirst(filled(MAX - 2)).toArray().length);
    assertThrows(IllegalArgumentException.class, () -> pair.setFirst(filled(MAX - 1)));
    assertEquals(MAX, parts.split(MemorySegment.ofArray(pair.setFirst(filled(MAX - 2)).toArray())));
    assertEquals(MAX - 2, parts.keyLength());
  }

  private static byte[] filled(int length) {
    byte[] key = new byte[length];
    Arrays.fill(key, (byte) 'k');
    return key;
  }

  @Test
  void view_ofEqualLength_isTheSameObject() {
    byte[] one = {1};
    MemorySegment first = pair.set(one, one).view();
    pair.set(one, new byte[20]).view();
    assertSame(first, pair.set(new byte[] {2}, one).view());
    assertArrayEquals(new byte[] {2, 0, 0, 1}, first.toArray(ValueLayout.JAVA_BYTE));
  }
}
