package dev.firn.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChecksumTest {

  private final Arena arena = Arena.ofConfined();
  private final Checksum checksum = new Checksum();

  @AfterEach
  void freeMemory() {
    arena.close();
  }

  private MemorySegment random(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return arena.allocate(length).copyFrom(MemorySegment.ofArray(bytes));
  }

  private int of(MemorySegment segment) {
    return checksum.start(1, 2).update(segment, 0, segment.byteSize()).value();
  }

  /** These values are on disk and never change. Another implementation computed them. */
  @Test
  void value_isPinned() {
    assertEquals(0x92762fff, checksum.start(0, 0).value());
    MemorySegment digits = arena.allocate(9);
    digits.copyFrom(
        MemorySegment.ofArray("123456789".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    assertEquals(0xe7e235c2, checksum.start(0, 0).update(digits, 0, 9).value());
    assertEquals(0x48d214d9, checksum.start(7, 4096).update(digits, 0, 9).value());
  }

  @Test
  void value_ofNothingIsNotZero() {
    SplittableRandom random = new SplittableRandom(1);
    assertNotEquals(0, checksum.start(0, 0).value());
    for (int length : new int[] {1, 8, 24, 4096}) {
      assertNotEquals(0, of(arena.allocate(length)));
      assertNotEquals(of(random(random, length)), of(random(random, length)));
    }
  }

  @Test
  void salt_eachPartChangesTheValue() {
    MemorySegment segment = arena.allocate(100);
    Set<Integer> values = new HashSet<>();
    for (long a = 0; a < 100; a++) {
      for (long b = 0; b < 100; b++) {
        values.add(checksum.start(a, b << 12).update(segment, 0, 100).value());
      }
    }
    assertTrue(values.size() > 9_990, "different values: " + values.size());
  }

  @Test
  void value_changesWithEveryBit() {
    MemorySegment segment = random(new SplittableRandom(2), 64);
    Set<Integer> values = new HashSet<>(Set.of(of(segment)));
    for (long bit = 0; bit < 64 * 8; bit++) {
      byte before = segment.get(ValueLayout.JAVA_BYTE, bit / 8);
      segment.set(ValueLayout.JAVA_BYTE, bit / 8, (byte) (before ^ 1 << bit % 8));
      assertTrue(values.add(of(segment)), "bit " + bit);
      segment.set(ValueLayout.JAVA_BYTE, bit / 8, before);
    }
  }

  @Test
  void update_inPiecesIsUpdateAtOnce() {
    SplittableRandom random = new SplittableRandom(Seed.of(getClass()));
    for (int i = 0; i < 200; i++) {
      MemorySegment segment = random(random, random.nextInt(1, 5000));
      int whole = of(segment);
      checksum.start(1, 2);
      for (long at = 0; at < segment.byteSize(); ) {
        long step = random.nextLong(segment.byteSize() - at + 1);
        if (random.nextBoolean()) {
          checksum.update(segment, at, step);
        } else {
          ByteBuffer buffer = segment.asByteBuffer().position((int) at).limit((int) (at + step));
          checksum.update(buffer);
          assertEquals(0, buffer.remaining());
        }
        at += step;
      }
      assertEquals(whole, checksum.value());
    }
  }

  @Test
  void update_doesNotDependOnThePlaceInMemory() {
    SplittableRandom random = new SplittableRandom(3);
    MemorySegment segment = random(random, 1000);
    int expected = of(segment);
    for (int shift = 0; shift < 16; shift++) {
      MemorySegment moved = arena.allocate(1016);
      MemorySegment.copy(segment, 0, moved, shift, 1000);
      assertEquals(expected, checksum.start(1, 2).update(moved, shift, 1000).value());
    }
    MemorySegment heap = MemorySegment.ofArray(segment.toArray(ValueLayout.JAVA_BYTE));
    assertEquals(expected, of(heap));
  }

  @Test
  void update_outsideTheSegment() {
    MemorySegment segment = arena.allocate(100);
    checksum.start(1, 2);
    assertThrows(IndexOutOfBoundsException.class, () -> checksum.update(segment, 90, 11));
    assertThrows(IndexOutOfBoundsException.class, () -> checksum.update(segment, -1, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> checksum.update(segment, 101, 0));
    checksum.update(segment, 100, 0);
  }

  @Test
  void update_ofFreedMemory() {
    Arena freed = Arena.ofConfined();
    MemorySegment segment = freed.allocate(100);
    checksum.start(1, 2).update(segment, 0, 100);
    freed.close();
    assertThrows(IllegalStateException.class, () -> checksum.update(segment, 0, 100));
  }

  @Test
  void update_ofOneSegmentAllocatesNothing() {
    MemorySegment segment = arena.allocate(100_000);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    updateOften(segment);
    long before = threads.getCurrentThreadAllocatedBytes();
    updateOften(segment);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated < 1000, "allocated " + allocated + " bytes in 1000 updates");
  }

  private void updateOften(MemorySegment segment) {
    for (int i = 0; i < 1000; i++) {
      checksum.start(i, 2).update(segment, i, 100);
    }
  }
}
