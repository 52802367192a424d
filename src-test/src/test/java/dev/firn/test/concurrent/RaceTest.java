package dev.firn.test.concurrent;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.test.Deadline;
import dev.firn.test.MemoryDisk;
import dev.firn.test.RealDisk;
import dev.firn.test.Seed;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A few seconds of {@link RaceCampaign}. */
final class RaceTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** One pass suffices unless the machine is busy. */
  private static final int MAX_PASSES = 20;

  @Test
  void storeAndCursorsClosed_onlySaysClosed() {
    CloseRaces races = new CloseRaces(false);
    for (int i = 0; i < MAX_PASSES && races.races() <= 20; i++) {
      Seed.runFor(2_000, seed -> Deadline.call(LIMIT, () -> run(races, seed)));
    }
    System.out.println(races.races() + " races");
    assertTrue(races.races() > 20, "too few races");
  }

  @Test
  void interruptStorm_changesNothing() {
    CloseRaces races = new CloseRaces(true);
    for (int i = 0; i < MAX_PASSES && races.interrupts() <= 100; i++) {
      Seed.runFor(2_000, seed -> Deadline.call(LIMIT, () -> run(races, seed)));
    }
    System.out.println(races.races() + " races, " + races.interrupts() + " interrupts");
    assertTrue(races.interrupts() > 100, "too few interrupts");
  }

  private static boolean run(CloseRaces races, long seed) throws Exception {
    races.run(seed);
    return true;
  }

  @Test
  void openersAtOnce_oneGetsTheStore() throws Exception {
    MemoryDisk memory = new MemoryDisk();
    try (RealDisk real = new RealDisk()) {
      for (int i = 0; i < 40; i++) {
        OpenerRaces.run(i % 4 == 0 ? real : memory);
      }
    }
  }
}
