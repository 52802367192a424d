package dev.firn.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyHashTest {

  private final Arena arena = Arena.ofConfined();

  @AfterEach
  void freeMemory() {
    arena.close();
  }

  private long of(String key) {
    byte[] bytes = key.getBytes(StandardCharsets.US_ASCII);
    MemorySegment segment = arena.allocate(bytes.length + 1);
    segment.asSlice(0, bytes.length).copyFrom(MemorySegment.ofArray(bytes));
    return KeyHash.of(segment, 0, bytes.length);
  }

  /** These values are in filters on disk and never change. Another implementation computed them. */
  @Test
  void hash_isPinned() {
    assertEquals(0x0000000000000000L, of(""));
    assertEquals(0x3e512bb5ae81cdeaL, of("a"));
    assertEquals(0xb4347c37fc0071caL, of("1234567"));
    assertEquals(0x1efdb44ffd0adb3cL, of("12345678"));
    assertEquals(0x1b4c935a782603cbL, of("123456789"));
    assertEquals(0xffc86ee9403baafcL, of("user00000000000000042"));
  }

  @Test
  void hash_doesNotDependOnThePlaceInMemory() {
    MemorySegment memory = arena.allocate(64);
    for (int shift = 0; shift < 9; shift++) {
      MemorySegment.copy(
          "0123456789abcdefghi".getBytes(StandardCharsets.US_ASCII),
          0,
          memory,
          ValueLayout.JAVA_BYTE,
          shift,
          19);
      assertEquals(of("0123456789abcdefghi"), KeyHash.of(memory, shift, 19));
    }
  }

  @Test
  void hash_readsNothingAfterTheKey() {
    for (int length = 0; length < 20; length++) {
      KeyHash.of(arena.allocate(length), 0, length);
    }
  }

  @Test
  void hash_ofZerosDependsOnTheLength() {
    Set<Long> hashes = new HashSet<>();
    MemorySegment zeros = arena.allocate(100);
    for (int length = 0; length <= 100; length++) {
      assertTrue(hashes.add(KeyHash.of(zeros, 0, length)));
    }
  }

  /** Each bit of a key flips about half of the bits of its hash, each about equally often. */
  @Test
  void hash_everyBitReachesEveryBit() {
    SplittableRandom random = new SplittableRandom(Seed.of(getClass()));
    for (int length : new int[] {1, 4, 8, 12, 16, 21}) {
      MemorySegment key = arena.allocate(length);
      for (long bit = 0; bit < length * 8L; bit++) {
        int rounds = 400;
        int[] turned = new int[64];
        for (int i = 0; i < rounds; i++) {
          fill(key, random);
          long before = KeyHash.of(key, 0, length);
          byte b = key.get(ValueLayout.JAVA_BYTE, bit / 8);
          key.set(ValueLayout.JAVA_BYTE, bit / 8, (byte) (b ^ 1 << bit % 8));
          count(before ^ KeyHash.of(key, 0, length), turned);
        }
        for (int out = 0; out < 64; out++) {
          double share = turned[out] / (double) rounds;
          assertTrue(
              share > 0.3 && share < 0.7,
              "length " + length + ": bit " + bit + " turns bit " + out + ": " + share);
        }
      }
    }
  }

  private static void fill(MemorySegment key, SplittableRandom random) {
    for (long i = 0; i < key.byteSize(); i++) {
      key.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
    }
  }

  private static void count(long bits, int[] turned) {
    for (int out = 0; out < 64; out++) {
      turned[out] += (int) (bits >>> out & 1);
    }
  }

  /** Common keys: counters in text and in binary. */
  @Test
  void hash_ofSimilarKeysDiffersInEveryHalf() {
    int keys = 100_000;
    Set<Long> hashes = new HashSet<>();
    Set<Integer> low = new HashSet<>();
    Set<Integer> high = new HashSet<>();
    MemorySegment key = arena.allocate(20);
    for (int i = 0; i < keys; i++) {
      byte[] text = String.format("user%016d", i).getBytes(StandardCharsets.US_ASCII);
      MemorySegment.copy(text, 0, key, ValueLayout.JAVA_BYTE, 0, 20);
      long hash = KeyHash.of(key, 0, 20);
      hashes.add(hash);
      low.add((int) hash);
      high.add((int) (hash >>> 32));
    }
    assertEquals(keys, hashes.size());
    // Random 32-bit numbers collide about once among 100,000.
    assertTrue(low.size() > keys - 10, "low halves: " + low.size());
    assertTrue(high.size() > keys - 10, "high halves: " + high.size());
  }
}
