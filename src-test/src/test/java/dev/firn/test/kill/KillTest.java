package dev.firn.test.kill;

import dev.firn.test.Seed;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A few kills; {@link KillMain} runs more. */
final class KillTest {

  private static final int CYCLES = 5;

  @Test
  void killedProcess_losesNothingAcknowledged(@TempDir Path directory) {
    Seed.runFor(
        0,
        seed -> {
          KillCycle cycle = new KillCycle(directory.resolve("seed-" + seed), seed);
          for (int i = 0; i < CYCLES; i++) {
            cycle.run();
          }
          System.out.println(CYCLES + " cycles, " + cycle.batches() + " batches");
        });
  }
}
