package dev.firn.memtable;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KeyFilterTest {

  private static final int KEYS = 10_000;

  @Test
  void mayContain_whatWasAdded_andLittleElse() {
    SplittableRandom random = new SplittableRandom(1);
    KeyFilter filter = new KeyFilter(Arena.ofAuto().allocate(KEYS * 20 / 64 * 8L, 8));
    long[] added = random.longs(KEYS).toArray();
    for (long hash : added) {
      filter.add(hash);
    }
    for (long hash : added) {
      assertTrue(filter.mayContain(hash));
    }
    long wrong = random.longs(100_000).filter(filter::mayContain).count();
    assertTrue(wrong < 1_500, wrong + " of 100,000");
  }
}
