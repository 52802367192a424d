package dev.firn.memtable;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import dev.firn.core.SequenceNumber;
import dev.firn.memtable.Generation.Entry;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PrefetchingWalkTest {

  private static final int[] LENGTHS = {0, 1, 63, 64, 65, 128, 129, 700};

  /** Includes empty lists and one that ends long before the others. */
  @Test
  void cursors_meetEveryEntry_whereverTheWalkIs() {
    Random random = new Random(17);
    int[] sizes = {300, 0, 1, 70, 1000};
    List<Generation> generations = new ArrayList<>();
    List<TreeSet<Entry>> expected = new ArrayList<>();
    try {
      for (int size : sizes) {
        Generation generation = new Generation(1 << 20, 1 << 20, KeyNormalizer.none(), size);
        generations.add(generation);
        expected.add(fill(generation, size, random));
      }
      PrefetchingWalk walk = new PrefetchingWalk(generations.stream().map(g -> g.table).toList());
      List<InternalCursor> cursors = walk.cursors();
      walk.prefetch();
      for (int i = 0; i < sizes.length; i++) {
        check(cursors.get(i), expected.get(i), walk, random);
      }
      walk.prefetch();
      cursors.forEach(InternalCursor::close);
    } finally {
      generations.forEach(Generation::close);
    }
  }

  private static TreeSet<Entry> fill(Generation generation, int size, Random random) {
    TreeSet<Entry> entries = new TreeSet<>(Entry.ORDER);
    for (int i = 1; i <= size; i++) {
      byte[] user = new byte[random.nextInt(40)];
      random.nextBytes(user);
      byte[] value = new byte[LENGTHS[random.nextInt(LENGTHS.length)]];
      random.nextBytes(value);
      Entry entry = new Entry(Generation.key(1, user), SequenceNumber.trailer(i, 1), value);
      assertTrue(generation.insert(entry));
      entries.add(entry);
    }
    return entries;
  }

  /** Reads in steps and in batches, and prefetches now and then. */
  private static void check(
      InternalCursor cursor, TreeSet<Entry> expected, PrefetchingWalk walk, Random random) {
    EntryBatch batch = new EntryBatch(9);
    boolean more = cursor.first();
    var left = expected.iterator();
    while (more) {
      batch.clear();
      batch.setLimit(1 + random.nextInt(9), 1 << 20);
      cursor.readForward(batch, null);
      for (int i = 0; i < batch.size(); i++) {
        Entry entry = left.next();
        assertEquals(entry.trailer(), batch.trailer(i));
        byte[] value =
            batch
                .value(i)
                .asSlice(batch.valueOffset(i), batch.valueLength(i))
                .toArray(ValueLayout.JAVA_BYTE);
        assertArrayEquals(entry.value(), value);
      }
      if (random.nextBoolean()) {
        walk.prefetch();
      }
      more = cursor.next();
    }
    assertFalse(left.hasNext());
  }
}
