package dev.firn.core.range;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RangeTombstonesTest {

  private static final int ROUNDS = 400;

  private final long seed = Long.getLong("firn.seed", new Random().nextLong());
  private final Random random = new Random(seed);

  /** Short keys of few letters, so that bounds coincide and are prefixes of each other. */
  private byte[] key() {
    byte[] key = new byte[StoreKey.TREE_BYTES + random.nextInt(4)];
    for (int i = StoreKey.TREE_BYTES; i < key.length; i++) {
      key[i] = (byte) (random.nextInt(4) * 85);
    }
    return key;
  }

  private RangeTombstone tombstone(long sequence) {
    while (true) {
      byte[] a = key();
      byte[] b = random.nextInt(20) == 0 ? StoreKey.treeEnd(0) : key();
      int order = Arrays.compareUnsigned(a, b);
      if (order != 0) {
        return order < 0 ? new RangeTombstone(a, b, sequence) : new RangeTombstone(b, a, sequence);
      }
    }
  }

  private List<RangeTombstone> tombstones() {
    List<RangeTombstone> all = new ArrayList<>();
    int count = random.nextInt(30);
    for (int i = 0; i < count; i++) {
      all.add(tombstone(10 * i + 10));
    }
    Collections.shuffle(all, random);
    return all;
  }

  private static RangeTombstones fragments(List<RangeTombstone> all, RangeRetention retention) {
    RangeFragmenter fragmenter = new RangeFragmenter();
    all.forEach(fragmenter::add);
    return fragmenter.build(retention);
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

  private static MemorySegment segment(Arena arena, byte[] key) {
    return arena.allocateFrom(ValueLayout.JAVA_BYTE, key);
  }

  @Test
  void newest_isThatOfAllTombstones() {
    for (int round = 0; round < ROUNDS; round++) {
      List<RangeTombstone> all = tombstones();
      RangeTombstones fragments = fragments(all, RangeRetention.ALL);
      checkOrder(fragments);
      try (Arena arena = Arena.ofConfined()) {
        for (int i = 0; i < 30; i++) {
          byte[] key = key();
          long max = random.nextInt(320);
          long found = fragments.newest(segment(arena, key), 0, key.length, max);
          assertEquals(naive(all, key, max), found, "seed=" + seed);
        }
      }
    }
  }

  private static void checkOrder(RangeTombstones fragments) {
    for (int i = 0; i < fragments.size(); i++) {
      assertTrue(Arrays.compareUnsigned(fragments.start(i), fragments.end(i)) < 0);
      assertTrue(i == 0 || Arrays.compareUnsigned(fragments.end(i - 1), fragments.start(i)) <= 0);
      for (int j = 1; j < fragments.depth(i); j++) {
        assertTrue(fragments.sequence(i, j) < fragments.sequence(i, j - 1));
      }
    }
  }

  @Test
  void bounds_haveOneAnswer() {
    for (int round = 0; round < ROUNDS; round++) {
      List<RangeTombstone> all = tombstones();
      RangeTombstones fragments = fragments(all, RangeRetention.ALL);
      try (Arena arena = Arena.ofConfined()) {
        byte[] key = key();
        long max = random.nextInt(320);
        RangeBounds bounds = new RangeBounds();
        long found = fragments.newest(segment(arena, key), 0, key.length, max, bounds);
        assertEquals(naive(all, key, max), found, "seed=" + seed);
        assertTrue(bounds.contains(segment(arena, key), 0, key.length));
        for (int i = 0; i < 30; i++) {
          byte[] other = key();
          if (bounds.contains(segment(arena, other), 0, other.length)) {
            assertEquals(found, naive(all, other, max), "seed=" + seed);
          }
        }
      }
    }
  }

  @Test
  void clip_keepsWhatIsWithin() {
    for (int round = 0; round < ROUNDS; round++) {
      List<RangeTombstone> all = tombstones();
      RangeTombstone range = tombstone(1);
      byte[] from = random.nextInt(8) == 0 ? null : range.start();
      byte[] to = random.nextInt(8) == 0 ? null : range.end();
      RangeTombstones clipped = fragments(all, RangeRetention.ALL).clip(from, to);
      checkOrder(clipped);
      try (Arena arena = Arena.ofConfined()) {
        for (int i = 0; i < 30; i++) {
          byte[] key = key();
          boolean isWithin =
              (from == null || Arrays.compareUnsigned(key, from) >= 0)
                  && (to == null || Arrays.compareUnsigned(key, to) < 0);
          assertEquals(
              isWithin ? naive(all, key, 400) : RangeSource.NONE,
              clipped.newest(segment(arena, key), 0, key.length, 400),
              "seed=" + seed);
        }
      }
    }
  }

  @Test
  void retention_answersReadersAtItsBoundaries() {
    for (int round = 0; round < ROUNDS; round++) {
      List<RangeTombstone> all = tombstones();
      long[] boundaries = random.longs(1 + random.nextInt(4), 0, 250).sorted().toArray();
      RangeTombstones fragments = fragments(all, RangeRetention.at(boundaries));
      checkOrder(fragments);
      long last = boundaries[boundaries.length - 1];
      try (Arena arena = Arena.ofConfined()) {
        for (int i = 0; i < 30; i++) {
          byte[] key = key();
          long max =
              random.nextBoolean()
                  ? boundaries[random.nextInt(boundaries.length)]
                  : last + random.nextInt(60);
          assertEquals(
              naive(all, key, max),
              fragments.newest(segment(arena, key), 0, key.length, max),
              "seed=" + seed);
        }
      }
    }
  }

  @Test
  void retention_ofNestedRanges_needsOneFragment() {
    RangeFragmenter fragmenter = new RangeFragmenter();
    for (int i = 1; i < 1000; i++) {
      byte[] end = {0, 0, 0, 1, (byte) (i >> 8), (byte) i};
      fragmenter.add(new RangeTombstone(new byte[] {0, 0, 0, 1}, end, i));
    }
    RangeTombstones fragments = fragmenter.build(RangeRetention.at(new long[] {2000}));
    assertEquals(1, fragments.size());
    assertEquals(999, fragments.sequence(0, 0));
    assertEquals(999, fragments.largestSequence());
  }

  @Test
  void build_ofOneTombstoneTwice_countsItOnce() {
    RangeTombstone tombstone = new RangeTombstone(new byte[] {1}, new byte[] {3}, 7);
    RangeTombstone part = new RangeTombstone(new byte[] {1}, new byte[] {2}, 7);
    RangeTombstones fragments = fragments(List.of(tombstone, part), RangeRetention.ALL);
    assertEquals(1, fragments.size());
    assertEquals(1, fragments.depth(0));
    assertArrayEquals(new byte[] {3}, fragments.end(0));
  }

  @Test
  void cover_hidesWhatAnySourceHides() {
    for (int round = 0; round < ROUNDS; round++) {
      // From new to old.
      List<List<RangeTombstone>> lists = new ArrayList<>();
      List<RangeTombstone> all = new ArrayList<>();
      RangeSource[] sources = new RangeSource[3];
      for (int i = 0; i < sources.length; i++) {
        List<RangeTombstone> own = new ArrayList<>();
        for (int j = random.nextInt(6); j > 0; j--) {
          own.add(tombstone(1000 * (sources.length - i) + j));
        }
        lists.add(own);
        all.addAll(own);
        sources[i] = own.isEmpty() ? null : fragments(own, RangeRetention.ALL);
      }
      long max = random.nextInt(4000);
      RangeCover cover = new RangeCover(sources, max);
      try (Arena arena = Arena.ofConfined()) {
        for (int i = 0; i < 50; i++) {
          byte[] key = key();
          cover.moveTo(segment(arena, key), 0, key.length);
          long newest = naive(all, key, max);
          assertEquals(newest != RangeSource.NONE, cover.isCovered(), "seed=" + seed);
          long sequence = random.nextInt(4000);
          assertEquals(sequence < newest, cover.hides(SequenceNumber.trailer(sequence, 1)));
          if (newest != RangeSource.NONE) {
            assertEquals(newest, naive(lists.get(cover.source()), key, max));
          }
        }
      }
    }
  }

  @Test
  void cover_ofNothing_isEverywhere() {
    RangeCover cover = new RangeCover(new RangeSource[2], 5);
    try (Arena arena = Arena.ofConfined()) {
      cover.moveTo(segment(arena, new byte[] {1}), 0, 1);
      assertTrue(cover.contains(segment(arena, new byte[] {2}), 0, 1));
      assertNull(cover.from());
      assertNull(cover.to());
    }
  }

  @Test
  void anEmptyRange_isRefused() {
    byte[] key = {1};
    assertThrows(IllegalArgumentException.class, () -> new RangeTombstone(key, key, 1));
  }
}
