package dev.firn.memtable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SearchShortcutsTest {

  private static SearchShortcuts posts(long lowest, long highest, int places) {
    return new SearchShortcuts(
        MemorySegment.ofArray(new long[places * 9 / 8 + 1]), lowest, highest);
  }

  @Test
  void before_nothingPosted_isNone() {
    SearchShortcuts posts = posts(0, TreeKeyNormalizer.MAX_NUMBER, 16);
    assertEquals(SearchShortcuts.NONE, posts.before(0));
    assertEquals(SearchShortcuts.NONE, posts.before(TreeKeyNormalizer.MAX_NUMBER));
  }

  @Test
  void before_anyNumbers_hasSmallerNumberAndWasPosted() {
    Random seeds = new Random(RandomKeys.seed());
    for (int round = 0; round < 100; round++) {
      Random random = new Random(seeds.nextLong());
      long lowest = random.nextInt() & TreeKeyNormalizer.MAX_NUMBER;
      long highest =
          lowest + (long) (random.nextDouble() * (TreeKeyNormalizer.MAX_NUMBER - lowest));
      SearchShortcuts posts = posts(lowest, highest, 1 + random.nextInt(200));
      for (int i = 0; i < 300; i++) {
        long number = random.nextInt() & TreeKeyNormalizer.MAX_NUMBER;
        posts.post(Node.linkTo(8 * number + 8 & 0x7fffffff8L, number));
        long sought = random.nextInt() & TreeKeyNormalizer.MAX_NUMBER;
        long found = posts.before(sought);
        if (found != SearchShortcuts.NONE) {
          assertTrue(Node.number(found) < sought);
          assertEquals(8 * Node.number(found) + 8 & 0x7fffffff8L, Node.target(found));
        }
      }
    }
  }

  /** However the numbers lie, a search that goes on from a signpost has not far to go. */
  @Test
  void before_unevenNumbers_isNoneOrNear() {
    Random random = new Random(RandomKeys.seed());
    for (int bits = 1; bits <= TreeKeyNormalizer.BITS; bits++) {
      SearchShortcuts posts = posts(0, TreeKeyNormalizer.MAX_NUMBER, 1024);
      TreeSet<Long> posted = new TreeSet<>();
      for (int i = 0; i < 3000; i++) {
        int width = random.nextInt(4) == 0 ? TreeKeyNormalizer.BITS : bits;
        long number = random.nextLong() >>> (Long.SIZE - width);
        posts.post(Node.linkTo(8 * (number / 16 + 1), number));
        posted.add(number);
        long sought = random.nextLong() >>> (Long.SIZE - width);
        long found = posts.before(sought);
        if (found != SearchShortcuts.NONE) {
          int between = posted.subSet(Node.number(found), sought).size();
          assertTrue(between <= 4 * 8, "bits=" + bits + " between=" + between);
        }
      }
    }
  }

  @Test
  void before_evenNumbers_findsOneThatIsNear() {
    SearchShortcuts posts = posts(1000, 2000, 100);
    for (int number = 1000; number <= 2000; number += 2) {
      posts.post(Node.linkTo(8L * number, number));
    }
    for (int number = 1020; number <= 2000; number++) {
      long found = Node.number(posts.before(number));
      assertTrue(found < number && found >= number - 30, number + " " + found);
    }
    assertEquals(SearchShortcuts.NONE, posts.before(1000));
    assertEquals(2000, Node.number(posts.before(5000)));
  }
}
