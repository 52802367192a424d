package dev.firn.compaction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.sstable.EntryStats;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.Run;
import dev.firn.version.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ShortBoundsTest {

  private static TableMetadata table(long number, byte[] first, byte[] last) {
    return new TableMetadata(number, 100, first, last, new EntryStats(2, 0, 100, 1, 2), number);
  }

  /** Keys that share long beginnings, with many bytes of 0 and 255. */
  private static byte[] key(Random random) {
    byte[] key = new byte[4 + random.nextInt(300)];
    key[3] = (byte) (1 + random.nextInt(2));
    byte fill = (byte) (random.nextInt(3) - 1);
    Arrays.fill(key, 4, key.length, fill);
    for (int i = random.nextInt(3); i > 0 && key.length > 4; i--) {
      key[4 + random.nextInt(key.length - 4)] = (byte) (random.nextInt(4) - 2);
    }
    return key;
  }

  @Test
  void randomTables_boundsAreSupersetsAndApart() {
    for (int round = 0; round < 2000; round++) {
      Random random = Seeds.random(round);
      TreeSet<byte[]> keys = new TreeSet<>(Arrays::compareUnsigned);
      while (keys.size() < 12) {
        keys.add(key(random));
      }
      List<byte[]> sorted = List.copyOf(keys);
      List<TableMetadata> tables = new ArrayList<>();
      List<TableMetadata> neighbours = new ArrayList<>();
      for (int i = 0; i < sorted.size(); i += 2) {
        TableMetadata table = table(i, sorted.get(i), sorted.get(i + 1));
        (random.nextInt(3) == 0 ? neighbours : tables).add(table);
      }
      List<TableMetadata> shortened = ShortBounds.of(tables, neighbours);
      assertEquals(tables.size(), shortened.size());
      for (int i = 0; i < tables.size(); i++) {
        TableMetadata exact = tables.get(i);
        TableMetadata bounds = shortened.get(i);
        assertTrue(bounds.compareSmallest(exact.smallestKey()) <= 0);
        assertTrue(bounds.compareLargest(exact.largestKey()) >= 0);
        assertEquals(exact.smallestTree(), bounds.smallestTree());
        assertEquals(exact.largestTree(), bounds.largestTree());
      }
      List<TableMetadata> all = new ArrayList<>(shortened);
      all.addAll(neighbours);
      all.sort((a, b) -> a.compareSmallest(b.smallestKey()));
      assertEquals(sorted.size() / 2, new Run(1, all).size(), "no overlap");
    }
  }

  @Test
  void longKeys_becomeShort() {
    byte[] first = new byte[65_540];
    byte[] last = new byte[65_540];
    last[4] = 1;
    TableMetadata bounds = ShortBounds.of(List.of(table(1, first, last)), List.of()).getFirst();
    assertEquals(2 * ShortBounds.MAX_KEY_BYTES, bounds.keyBytes());
    assertArrayEquals(new byte[ShortBounds.MAX_KEY_BYTES], bounds.smallestKey());
  }

  @Test
  void shortKeys_stay() {
    List<TableMetadata> tables = List.of(table(1, new byte[20], new byte[21]));
    assertSame(tables, ShortBounds.of(tables, List.of()));
  }
}
