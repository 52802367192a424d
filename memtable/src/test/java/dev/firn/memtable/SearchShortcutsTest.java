package dev.firn.memtable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SearchShortcutsTest {

  private static SearchShortcuts shortcuts(long min, long max, int slots) {
    return new SearchShortcuts(MemorySegment.ofArray(new long[slots * 9 / 8 + 1]), min, max);
  }

  @Test
  void before_nothingAdded_isNone() {
    SearchShortcuts shortcuts = shortcuts(0, TreeKeyNormalizer.MAX_NORMALIZED, 16);
    assertEquals(SearchShortcuts.NONE, shortcuts.before(0));
    assertEquals(SearchShortcuts.NONE, shortcuts.before(TreeKeyNormalizer.MAX_NORMALIZED));
  }

  @Test
  void before_anyKeys_isSmallerAndWasAdded() {
    Random seeds = new Random(RandomKeys.seed());
    for (int round = 0; round < 100; round++) {
      Random random = new Random(seeds.nextLong());
      long min = random.nextInt() & TreeKeyNormalizer.MAX_NORMALIZED;
      long max = min + (long) (random.nextDouble() * (TreeKeyNormalizer.MAX_NORMALIZED - min));
      SearchShortcuts shortcuts = shortcuts(min, max, 1 + random.nextInt(200));
      for (int i = 0; i < 300; i++) {
        long normalized = random.nextInt() & TreeKeyNormalizer.MAX_NORMALIZED;
        shortcuts.add(Node.linkTo(8 * normalized + 8 & 0x7fffffff8L, normalized));
        long sought = random.nextInt() & TreeKeyNormalizer.MAX_NORMALIZED;
        long found = shortcuts.before(sought);
        if (found != SearchShortcuts.NONE) {
          assertTrue(Node.normalizedKey(found) < sought);
          assertEquals(8 * Node.normalizedKey(found) + 8 & 0x7fffffff8L, Node.target(found));
        }
      }
    }
  }

  /** However the keys are distributed, the search from a shortcut is short. */
  @Test
  void before_unevenKeys_isNoneOrNear() {
    Random random = new Random(RandomKeys.seed());
    for (int bits = 1; bits <= TreeKeyNormalizer.BITS; bits++) {
      SearchShortcuts shortcuts = shortcuts(0, TreeKeyNormalizer.MAX_NORMALIZED, 1024);
      TreeSet<Long> added = new TreeSet<>();
      for (int i = 0; i < 3000; i++) {
        int width = random.nextInt(4) == 0 ? TreeKeyNormalizer.BITS : bits;
        long normalized = random.nextLong() >>> (Long.SIZE - width);
        shortcuts.add(Node.linkTo(8 * (normalized / 16 + 1), normalized));
        added.add(normalized);
        long sought = random.nextLong() >>> (Long.SIZE - width);
        long found = shortcuts.before(sought);
        if (found != SearchShortcuts.NONE) {
          int between = added.subSet(Node.normalizedKey(found), sought).size();
          assertTrue(between <= 4 * 8, "bits=" + bits + " between=" + between);
        }
      }
    }
  }

  @Test
  void before_evenKeys_findsOneThatIsNear() {
    SearchShortcuts shortcuts = shortcuts(1000, 2000, 100);
    for (int normalized = 1000; normalized <= 2000; normalized += 2) {
      shortcuts.add(Node.linkTo(8L * normalized, normalized));
    }
    for (int normalized = 1020; normalized <= 2000; normalized++) {
      long found = Node.normalizedKey(shortcuts.before(normalized));
      assertTrue(found < normalized && found >= normalized - 30, normalized + " " + found);
    }
    assertEquals(SearchShortcuts.NONE, shortcuts.before(1000));
    assertEquals(2000, Node.normalizedKey(shortcuts.before(5000)));
  }
}
