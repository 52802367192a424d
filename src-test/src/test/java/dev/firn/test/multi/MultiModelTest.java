package dev.firn.test.multi;

import dev.firn.test.Disk;
import dev.firn.test.MemoryDisk;
import dev.firn.test.RealDisk;
import dev.firn.test.Seed;
import org.junit.jupiter.api.Test;

/** A multi tree holds what a map of sorted sets holds. */
final class MultiModelTest {

  @Test
  void memory_agreesWithModel() {
    Seed.runFor(2_500, seed -> check(seed, new MemoryDisk(), 1000));
  }

  @Test
  void memory_manyShortRuns_agreeWithModel() {
    Seed.runFor(1_500, seed -> check(seed, new MemoryDisk(), 60));
  }

  @Test
  void realFiles_agreeWithModel() {
    Seed.runFor(1_000, seed -> check(seed, new RealDisk(), 300));
  }

  private static void check(long seed, Disk disk, int operations) {
    try (MultiRun run = new MultiRun(seed, disk)) {
      run.run(operations);
    }
  }
}
