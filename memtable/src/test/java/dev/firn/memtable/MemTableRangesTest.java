package dev.firn.memtable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.range.RangeBounds;
import dev.firn.core.range.RangeSource;
import dev.firn.core.range.RangeTombstone;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MemTableRangesTest {

  private final long seed = Long.getLong("firn.seed", new Random().nextLong());
  private final Random random = new Random(seed);

  private static byte[] key(int number) {
    return ByteBuffer.allocate(8).putInt(1).putInt(number).array();
  }

  private static MemTableRanges with(MemTableRanges ranges, RangeTombstone added) {
    return ranges == null ? MemTableRanges.of(added) : ranges.with(added);
  }

  private static long naive(List<RangeTombstone> all, byte[] key, long maxSequence) {
    return all.stream()
        .filter(t -> t.sequence() <= maxSequence)
        .filter(t -> Arrays.compareUnsigned(t.start(), key) <= 0)
        .filter(t -> Arrays.compareUnsigned(key, t.end()) < 0)
        .mapToLong(RangeTombstone::sequence)
        .max()
        .orElse(RangeSource.NONE);
  }

  /** Of every age, at every count: some tombstones are cut into fragments, some are not. */
  @Test
  void newest_isThatOfAll_atEverySequence() {
    for (int round = 0; round < 20; round++) {
      int keys = 1 + random.nextInt(60);
      List<RangeTombstone> all = new ArrayList<>();
      MemTableRanges ranges = null;
      int count = 1 + random.nextInt(300);
      for (int i = 0; i < count; i++) {
        int from = random.nextInt(keys);
        // Writers add out of order, by a little.
        long sequence = 10L * i + random.nextInt(30) * 10 + random.nextInt(10);
        RangeTombstone added =
            new RangeTombstone(key(from), key(from + 1 + random.nextInt(keys)), sequence);
        all.add(added);
        ranges = with(ranges, added);
        assertEquals(all.size(), ranges.count());
        check(ranges, all, keys);
      }
    }
  }

  private void check(MemTableRanges ranges, List<RangeTombstone> all, int keys) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(8);
      byte[] key = key(random.nextInt(keys + 5));
      memory.copyFrom(MemorySegment.ofArray(key));
      long max = random.nextLong(10L * all.size() + 300);
      long wanted = naive(all, key, max);
      assertEquals(wanted, ranges.newest(memory, 0, 8, max), "seed=" + seed);
      RangeBounds bounds = new RangeBounds();
      assertEquals(wanted, ranges.newest(memory, 0, 8, max, bounds), "seed=" + seed);
      assertTrue(bounds.contains(memory, 0, 8));
      byte[] other = key(random.nextInt(keys + 5));
      memory.copyFrom(MemorySegment.ofArray(other));
      if (bounds.contains(memory, 0, 8)) {
        assertEquals(wanted, naive(all, other, max), "seed=" + seed);
      }
    }
  }

  /** Retention by time: each range contains those before. */
  @Test
  void rangesThatContainOneAnother_takeLittleMemory() {
    List<RangeTombstone> all = new ArrayList<>();
    MemTableRanges ranges = null;
    for (int i = 1; i <= 3000; i++) {
      RangeTombstone added = new RangeTombstone(key(0), key(i), i);
      all.add(added);
      ranges = with(ranges, added);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(8);
      for (int i = 0; i < 3000; i += 100) {
        memory.copyFrom(MemorySegment.ofArray(key(i)));
        assertEquals(3000, ranges.newest(memory, 0, 8, 5000));
        assertEquals(naive(all, key(i), 1700), ranges.newest(memory, 0, 8, 1700));
      }
    }
    assertTrue(ranges.fragments() < 50, "fragments=" + ranges.fragments());
  }
}
