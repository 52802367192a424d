package dev.firn.compaction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import dev.firn.core.ValueKind;
import dev.firn.core.range.RangeFragmenter;
import dev.firn.core.range.RangeRetention;
import dev.firn.core.range.RangeTombstone;
import dev.firn.core.range.RangeTombstones;
import dev.firn.sstable.EntryStats;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.StoreState;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How the tables of a merge divide its range tombstones. */
class RangeOutputTest {

  private static final long PUT = SequenceNumber.trailer(1, ValueKind.PUT.code());

  private static byte[] key(int letter) {
    return new byte[] {0, 0, 0, 1, (byte) letter};
  }

  private static RangeTombstones ranges(int... bounds) {
    RangeFragmenter ranges = new RangeFragmenter();
    for (int i = 0; i < bounds.length; i += 2) {
      ranges.add(new RangeTombstone(key(bounds[i]), key(bounds[i + 1]), 5 + i));
    }
    return ranges.build(RangeRetention.ALL);
  }

  private static List<TableMetadata> write(
      RangeTombstones ranges, List<TableMetadata> neighbours, boolean isFull, int... letters) {
    CompactingStore store = new CompactingStore();
    try (Arena arena = Arena.ofConfined();
        CompactionOutput output =
            new CompactionOutput(
                store.environment(100).outputs(),
                arena,
                new ArrayDeque<>(),
                1,
                neighbours,
                List.of(),
                Long.MAX_VALUE,
                new OutputOrigin(StoreState.empty(), List.of()),
                table -> isFull)) {
      output.setRanges(ranges, part -> 7);
      for (int letter : letters) {
        MemorySegment key = arena.allocateFrom(ValueLayout.JAVA_BYTE, key(letter));
        output.nextKey(key, 0, 5);
        output.add(key, 5, PUT, key, 0, 1);
      }
      return output.finish();
    } finally {
      store.close();
    }
  }

  private static TableMetadata neighbour(int first, int last) {
    EntryStats stats = new EntryStats(10, 0, 90, 1, 9);
    return new TableMetadata(100L + first, 100, key(first), key(last), stats);
  }

  /** Tombstones on both sides of tables that are not rewritten, and one key. */
  @Test
  void tables_endAtNeighbours_whetherTheyHaveKeysOrNot() {
    List<TableMetadata> tables =
        write(
            ranges('a', 'c', 'e', 'g', 'k', 'm'),
            List.of(neighbour('d', 'd'), neighbour('h', 'i'), neighbour('z', 'z')),
            false,
            'f');
    assertEquals(3, tables.size());
    for (int i = 0; i < 3; i++) {
      assertArrayEquals(key("aek".charAt(i)), tables.get(i).smallestKey());
      assertArrayEquals(key("cgm".charAt(i)), tables.get(i).largestKey());
      assertEquals(1, tables.get(i).rangeDeletions());
      assertEquals(7, tables.get(i).garbage().coveredBytes());
    }
  }

  /** The tables tile the tombstone's range: a key between two of them is in one of the two. */
  @Test
  void fullTables_divideATombstone_afterTheirLastKeys() {
    List<TableMetadata> tables = write(ranges('a', 'z'), List.of(), true, 'b', 'd', 'f');
    assertEquals(3, tables.size());
    assertArrayEquals(key('a'), tables.get(0).smallestKey());
    assertArrayEquals(key('b'), tables.get(0).largestKey());
    assertArrayEquals(StoreKey.successor(key('b')), tables.get(1).smallestKey());
    assertArrayEquals(key('d'), tables.get(1).largestKey());
    assertArrayEquals(StoreKey.successor(key('d')), tables.get(2).smallestKey());
    assertArrayEquals(key('z'), tables.get(2).largestKey());
  }

  /** A neighbour may start right after the last key of a table that is rewritten without it. */
  @Test
  void tombstones_upToANeighbour_doNotMeetIt() {
    byte[] end = StoreKey.successor(key('f'));
    RangeFragmenter ranges = new RangeFragmenter();
    ranges.add(new RangeTombstone(key('a'), end, 5));
    EntryStats stats = new EntryStats(10, 0, 90, 1, 9);
    TableMetadata next = new TableMetadata(100, 100, end, key('z'), stats);
    List<TableMetadata> tables =
        write(ranges.build(RangeRetention.ALL), List.of(next), false, 'b', 'c');
    assertEquals(1, tables.size());
    assertArrayEquals(key('f'), tables.getFirst().largestKey());
  }
}
