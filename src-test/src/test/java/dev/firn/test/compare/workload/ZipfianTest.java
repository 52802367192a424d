package dev.firn.test.compare.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class ZipfianTest {

  private static final int COUNT = 10_000;
  private static final int DRAWS = 1_000_000;
  private static final long SEED = 7;

  private static long[] frequencies() {
    long[] frequencies = new long[COUNT];
    Zipfian zipfian = new Zipfian(COUNT, SEED);
    for (int i = 0; i < DRAWS; i++) {
      frequencies[(int) zipfian.next()]++;
    }
    return frequencies;
  }

  private static double expected(int from, int to) {
    double zeta = 0;
    double part = 0;
    for (int rank = 0; rank < COUNT; rank++) {
      double weight = Math.pow(rank + 1, -Zipfian.THETA);
      zeta += weight;
      part += rank >= from && rank < to ? weight : 0;
    }
    return DRAWS * part / zeta;
  }

  private static void assertNear(double expected, double actual, double tolerance) {
    assertEquals(expected, actual, expected * tolerance);
  }

  @Test
  void ranks_comeAsOftenAsTheDistributionSays() {
    long[] frequencies = frequencies();
    assertNear(expected(0, 1), frequencies[0], 0.02);
    assertNear(expected(1, 2), frequencies[1], 0.02);
    // The approximation is off by a few percent for the ranks after these.
    assertNear(expected(0, 100), LongStream.of(frequencies).limit(100).sum(), 0.05);
    assertNear(expected(100, COUNT), LongStream.of(frequencies).skip(100).sum(), 0.05);
    assertTrue(frequencies[COUNT - 1] < 100, "the last rank is rare");
  }

  @Test
  void sameSeed_givesTheSameRanks() {
    Zipfian one = new Zipfian(COUNT, SEED);
    Zipfian other = new Zipfian(COUNT, SEED);
    for (int i = 0; i < 1000; i++) {
      assertEquals(one.next(), other.next());
    }
  }

  @Test
  void scrambled_spreadsTheFrequentOnes() {
    Zipfian zipfian = new Zipfian(COUNT, SEED);
    BitSet tenths = new BitSet();
    BitSet seen = new BitSet();
    for (int i = 0; i < DRAWS; i++) {
      int number = Math.toIntExact(zipfian.nextScrambled());
      seen.set(number);
      if (i < 200) {
        tenths.set(number / (COUNT / 10));
      }
    }
    assertEquals(10, tenths.cardinality(), "tenths of the keys with one of the first 200");
    assertTrue(seen.length() <= COUNT && seen.cardinality() > COUNT / 2, seen::toString);
  }

  @Test
  void oneOrTwo_areEnough() {
    Zipfian one = new Zipfian(1, SEED);
    Zipfian two = new Zipfian(2, SEED);
    for (int i = 0; i < 1000; i++) {
      assertEquals(0, one.next());
      assertTrue(two.next() < 2);
    }
  }
}
