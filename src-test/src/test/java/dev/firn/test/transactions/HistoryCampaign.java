package dev.firn.test.transactions;

import dev.firn.test.Disk;
import dev.firn.test.MemoryDisk;
import dev.firn.test.RealDisk;
import dev.firn.test.torture.Campaign;
import dev.firn.test.torture.Slice;
import java.util.List;

/** Recorded transactions as a campaign. A slice is one history. */
public final class HistoryCampaign implements Campaign {

  private static final String COMMITTED = "transactions committed";
  private static final String REFUSED = "refused";
  private static final String LIVES = "lives of stores";
  private static final int LIVES_OF_A_STORE = 8;
  private static final int MILLIS_OF_A_LIFE = 1000;

  private static final List<Level> LEVELS =
      List.of(Level.SERIALIZABLE, Level.SNAPSHOT, Level.EXCLUSIVE);

  @Override
  public String name() {
    return "histories";
  }

  @Override
  public String description() {
    return "recorded transactions of several threads; no anomaly that their level excludes";
  }

  @Override
  public List<String> counters() {
    return List.of(COMMITTED, REFUSED, LIVES);
  }

  @Override
  public void run(Slice slice) throws Exception {
    Level level = LEVELS.get((int) (slice.number() % LEVELS.size()));
    Disk disk = slice.number() % 4 == 0 ? new RealDisk() : new MemoryDisk();
    HistoryLives lives = new HistoryLives(disk, level, slice.seed(), MILLIS_OF_A_LIFE);
    lives.run(LIVES_OF_A_STORE);
    slice.count(COMMITTED, lives.committed());
    slice.count(REFUSED, lives.refused());
    slice.count(LIVES, LIVES_OF_A_STORE);
    HistoryRun.check(lives.history(), level);
  }
}
