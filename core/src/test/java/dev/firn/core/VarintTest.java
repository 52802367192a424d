package dev.firn.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VarintTest {

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment memory = arena.allocate(32);

  @AfterEach
  void freeMemory() {
    arena.close();
  }

  private MemorySegment bytes(int... bytes) {
    for (int i = 0; i < bytes.length; i++) {
      memory.set(ValueLayout.JAVA_BYTE, i, (byte) bytes[i]);
    }
    return memory.asSlice(0, bytes.length);
  }

  private static long get(MemorySegment segment) {
    return Varint.get(segment, 0, segment.byteSize());
  }

  private void assertRoundTrip(long value) {
    long end = Varint.put(memory, 3, value);
    assertEquals(3 + Varint.length(value), end, "length of " + value);
    assertEquals(value, Varint.get(memory, 3, end), "value");
    assertEquals(value, Varint.get(memory, 3, 32), "value, with room after it");
    assertEquals(-1, Varint.get(memory, 3, end - 1), "truncated");
  }

  @Test
  void roundTrip_aroundEveryPowerOfTwo() {
    assertRoundTrip(0);
    for (int bit = 0; bit < 63; bit++) {
      assertRoundTrip((1L << bit) - 1);
      assertRoundTrip(1L << bit);
      assertRoundTrip((1L << bit) + 1);
    }
    assertRoundTrip(Long.MAX_VALUE);
  }

  @Test
  void roundTrip_random() {
    SplittableRandom random = new SplittableRandom(Seed.of(getClass()));
    for (int i = 0; i < 100_000; i++) {
      assertRoundTrip(random.nextLong() >>> random.nextInt(1, 64));
    }
  }

  @Test
  void length_atEachStep() {
    assertEquals(1, Varint.length(0));
    assertEquals(1, Varint.length(127));
    assertEquals(2, Varint.length(128));
    assertEquals(2, Varint.length(16_383));
    assertEquals(3, Varint.length(16_384));
    assertEquals(Varint.MAX_INT_BYTES, Varint.length(0xffff_ffffL));
    assertEquals(9, Varint.length(Long.MAX_VALUE));
    assertEquals(Varint.MAX_LONG_BYTES, Varint.length(-1));
  }

  @Test
  void put_isLowBitsFirst() {
    assertEquals(2, Varint.put(memory, 0, 300));
    assertEquals((byte) 0xac, memory.get(ValueLayout.JAVA_BYTE, 0));
    assertEquals((byte) 0x02, memory.get(ValueLayout.JAVA_BYTE, 1));
  }

  @Test
  void get_refusesLongerFormsThanNeeded() {
    assertEquals(0, get(bytes(0)));
    assertEquals(-1, get(bytes(0x80, 0)));
    assertEquals(-1, get(bytes(0x81, 0)));
    assertEquals(-1, get(bytes(0xff, 0x80, 0)));
    assertEquals(-1, get(bytes(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0)));
  }

  @Test
  void get_refusesWhatDoesNotEnd() {
    assertEquals(-1, get(bytes()));
    assertEquals(-1, get(bytes(0x80)));
    assertEquals(-1, get(bytes(0xff, 0xff)));
    int[] endless = new int[20];
    Arrays.fill(endless, 0xff);
    assertEquals(-1, get(bytes(endless)));
    assertEquals(-1, Varint.get(memory, 5, 5));
    assertEquals(-1, Varint.get(memory, 6, 5));
  }

  @Test
  void get_refusesMoreThan63Bits() {
    assertEquals(Long.MAX_VALUE, get(bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)));
    assertEquals(-1, get(bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01)));
    assertEquals(Varint.MAX_LONG_BYTES, Varint.put(memory, 0, -1));
    assertEquals(-1, Varint.get(memory, 0, 32));
  }

  @Test
  void get_readsNothingAfterTheLimit() {
    MemorySegment exact = arena.allocate(1);
    exact.set(ValueLayout.JAVA_BYTE, 0, (byte) 0x80);
    assertEquals(-1, Varint.get(exact, 0, 1));
  }
}
