package dev.firn.cli.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShuffleTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 1000, 1024, 1025, 99_999})
  void at_everyIndex_hasEveryNumberOnce(int size) {
    Shuffle shuffle = new Shuffle(size, 42);
    BitSet seen = new BitSet();
    for (int i = 0; i < size; i++) {
      long number = shuffle.at(i);
      assertTrue(number >= 0 && number < size);
      seen.set((int) number);
    }
    assertEquals(size, seen.cardinality());
  }

  /** In random order about half of the steps go up, and neighbours are far apart. */
  @Test
  void at_manyIndexes_looksRandom() {
    int size = 100_000;
    Shuffle shuffle = new Shuffle(size, 42);
    int up = 0;
    double distance = 0;
    for (int i = 1; i < size; i++) {
      long step = shuffle.at(i) - shuffle.at(i - 1);
      up += step > 0 ? 1 : 0;
      distance += Math.abs(step);
    }
    assertEquals(0.5, up / (double) size, 0.02);
    assertEquals(size / 3.0, distance / size, size * 0.02);
  }
}
