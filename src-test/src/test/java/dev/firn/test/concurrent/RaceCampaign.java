package dev.firn.test.concurrent;

import dev.firn.test.MemoryDisk;
import dev.firn.test.RealDisk;
import dev.firn.test.torture.Campaign;
import dev.firn.test.torture.Slice;
import java.util.List;

/** Closing against every other call, interrupts, and concurrent openings. */
public final class RaceCampaign implements Campaign {

  private static final String RACES = "use-after-close races";
  private static final String INTERRUPTS = "interrupts";
  private static final String OPENERS = "races of openers";
  private static final int ROUNDS = 400;
  private static final int OPENER_ROUNDS = 60;

  @Override
  public String name() {
    return "races";
  }

  @Override
  public String description() {
    return "close against get, scan, compaction and cursors; interrupts of all threads; two"
        + " openers";
  }

  @Override
  public List<String> counters() {
    return List.of(RACES, INTERRUPTS, OPENERS);
  }

  @Override
  public void run(Slice slice) throws Exception {
    CloseRaces races = new CloseRaces(slice.number() % 3 == 0);
    for (int i = 0; i < ROUNDS; i++) {
      races.run(slice.seed() + i);
    }
    slice.count(RACES, races.races());
    slice.count(INTERRUPTS, races.interrupts());
    MemoryDisk memory = new MemoryDisk();
    try (RealDisk real = new RealDisk()) {
      for (int i = 0; i < OPENER_ROUNDS; i++) {
        OpenerRaces.run(i % 4 == 0 ? real : memory);
        slice.count(OPENERS, 1);
      }
    }
  }
}
