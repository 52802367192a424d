package dev.firn.test.transactions;

import dev.firn.test.Disk;
import dev.firn.test.MemoryDisk;
import dev.firn.test.RealDisk;
import dev.firn.test.torture.Campaign;
import dev.firn.test.torture.Slice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Recorded transactions as a campaign. A slice is one history. */
public final class HistoryCampaign implements Campaign {

  private static final String RECORDED = "transactions recorded";
  private static final String LIVES = "lives of stores";
  private static final int LIVES_OF_A_STORE = 8;
  private static final int TRANSACTIONS_OF_A_LIFE = 3000;

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
    return List.of(RECORDED, LIVES);
  }

  @Override
  public void run(Slice slice) throws Exception {
    Level level = LEVELS.get((int) (slice.number() % LEVELS.size()));
    if (slice.number() % 2 == 0) {
      kill(slice, level);
    } else {
      close(slice, level);
    }
  }

  private static void kill(Slice slice, Level level) throws Exception {
    Path directory = Files.createTempDirectory("firn-histories");
    HistoryKills kills = new HistoryKills(directory, level, slice.seed());
    for (int i = 0; i < LIVES_OF_A_STORE; i++) {
      kills.kill();
    }
    slice.count(LIVES, LIVES_OF_A_STORE);
    slice.count(RECORDED, kills.history().size());
    kills.check();
    // After a failure the folder stays for inspection.
    RealDisk.delete(directory);
  }

  private static void close(Slice slice, Level level) throws Exception {
    Disk disk = slice.number() % 4 == 1 ? new RealDisk() : new MemoryDisk();
    HistoryLives lives = new HistoryLives(disk, level, slice.seed(), TRANSACTIONS_OF_A_LIFE);
    lives.run(LIVES_OF_A_STORE);
    slice.count(RECORDED, lives.history().size());
    slice.count(LIVES, LIVES_OF_A_STORE);
    HistoryRun.check(lives.history(), level);
  }
}
