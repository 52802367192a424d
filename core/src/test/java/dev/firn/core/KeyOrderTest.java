package dev.firn.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyOrderTest {

  private static final int ROUNDS = 200_000;

  private final long seed = Long.getLong("firn.seed", new Random().nextLong());
  private final Random random = new Random(seed);

  /** Exactly as long as the bytes, so that a read past the end throws. */
  private record Range(MemorySegment segment, long offset, byte[] bytes) {

    int length() {
      return bytes.length;
    }
  }

  @Test
  void compare_withAnArray_isUnsignedBytewise() {
    forPairs(
        (a, b) ->
            assertEquals(
                Integer.signum(Arrays.compareUnsigned(a.bytes, b.bytes)),
                Integer.signum(KeyOrder.compare(a.segment, a.offset, a.length(), b.bytes))));
  }

  @Test
  void compare_isUnsignedBytewise() {
    forPairs(
        (a, b) ->
            assertEquals(
                Integer.signum(Arrays.compareUnsigned(a.bytes, b.bytes)),
                Integer.signum(
                    KeyOrder.compare(
                        a.segment, a.offset, a.length(), b.segment, b.offset, b.length()))));
  }

  @Test
  void compare_equalKeys_largerTrailerFirst() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(5);
      assertTrue(KeyOrder.compare(key, 0, 5, 2, key, 0, 5, 1) < 0);
      assertTrue(KeyOrder.compare(key, 0, 5, 1, key, 0, 5, -1) > 0);
      assertEquals(0, KeyOrder.compare(key, 0, 5, -1, key, 0, 5, -1));
    }
  }

  @Test
  void commonPrefix_endsAtFirstDifference() {
    forPairs(
        (a, b) -> {
          int mismatch = Arrays.mismatch(a.bytes, b.bytes);
          assertEquals(
              mismatch < 0 ? a.length() : mismatch,
              KeyOrder.commonPrefix(
                  a.segment, a.offset, a.length(), b.segment, b.offset, b.length()));
        });
  }

  @Test
  void word_isFirstBytesPaddedWithZeros() {
    forPairs(
        (a, b) -> {
          byte[] filled = Arrays.copyOf(a.bytes, Long.BYTES);
          assertEquals(
              ByteBuffer.wrap(filled).getLong(), KeyPrefix.word(a.segment, a.offset, a.length()));
        });
  }

  @Test
  void prefix_keepsOrder_whateverIsShared() {
    try (Arena arena = Arena.ofConfined()) {
      Range[] shared = new Range[200];
      Arrays.setAll(shared, i -> range(arena, bytes(random.nextInt(12))));
      forPairs(
          (a, b) -> {
            Range same = shared[random.nextInt(shared.length)];
            long x = prefix(same, a);
            long y = prefix(same, b);
            if (x != y) {
              assertEquals(
                  Integer.signum(Arrays.compareUnsigned(a.bytes, b.bytes)),
                  Long.compareUnsigned(x, y));
            }
          });
    }
  }

  private static long prefix(Range shared, Range key) {
    return KeyPrefix.of(
        shared.segment, shared.offset, shared.length(), key.segment, key.offset, key.length());
  }

  private interface PairCheck {
    void check(Range a, Range b);
  }

  /** Ranges of all short lengths, with long common starts and every kind of first difference. */
  private void forPairs(PairCheck check) {
    System.out.println("-Dfirn.seed=" + seed);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(64);
      MemorySegment other = arena.allocate(64);
      for (int i = 0; i < ROUNDS; i++) {
        byte[] a = bytes(random.nextInt(28));
        byte[] b = Arrays.copyOf(a, random.nextBoolean() ? a.length : random.nextInt(28));
        if (b.length > 0 && random.nextInt(4) > 0) {
          b[random.nextInt(b.length)] = (byte) random.nextInt();
        }
        check.check(place(memory, a), place(other, b));
      }
    }
  }

  private Range place(MemorySegment memory, byte[] bytes) {
    long offset = random.nextInt(9);
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, offset, bytes.length);
    return new Range(memory.asSlice(0, offset + bytes.length), offset, bytes);
  }

  private static Range range(Arena arena, byte[] bytes) {
    MemorySegment segment = arena.allocate(Math.max(bytes.length, 1));
    MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return new Range(segment.asSlice(0, bytes.length), 0, bytes);
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = random.nextInt(3) == 0 ? (byte) random.nextInt() : (byte) -random.nextInt(2);
    }
    return bytes;
  }
}
