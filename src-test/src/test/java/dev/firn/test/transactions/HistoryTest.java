package dev.firn.test.transactions;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.test.MemoryDisk;
import dev.firn.test.RealDisk;
import dev.firn.test.Seed;
import dev.firn.test.isolation.Anomaly;
import dev.firn.test.isolation.HistoryCheck;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Short histories of Firn. */
final class HistoryTest {

  private static final int TRANSACTIONS = 200;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "READ_ONLY")
  void history_hasWhatTheLevelAllows(Level level) {
    Seed.runFor(
        0,
        seed -> {
          HistoryLives lives = new HistoryLives(new MemoryDisk(), level, seed, TRANSACTIONS);
          lives.run(3);
          System.out.println(level + ": " + lives);
          HistoryRun.check(lives.history(), level);
        });
  }

  @Test
  void realFiles_keepTheLevel() {
    Seed.run(
        seed -> {
          HistoryLives lives =
              new HistoryLives(new RealDisk(), Level.SERIALIZABLE, seed, TRANSACTIONS);
          lives.run(2);
          HistoryCheck.assertSerializable(lives.history());
        });
  }

  @Test
  void killedProcesses_keepTheLevel(@TempDir Path directory) {
    Seed.run(
        seed -> {
          HistoryKills kills = new HistoryKills(directory, Level.SERIALIZABLE, seed);
          kills.kill();
          kills.kill();
          kills.check();
        });
  }

  /** As if serializable transactions did not check what they read. */
  @Test
  void transactionsOnSnapshots_areSeenNotToBeSerializable() {
    Seed.run(
        seed -> {
          List<Anomaly> found = List.of();
          for (int i = 0; i < 20 && found.isEmpty(); i++) {
            HistoryLives lives =
                new HistoryLives(new MemoryDisk(), Level.SNAPSHOT, seed + i, TRANSACTIONS);
            lives.run(1);
            found = HistoryCheck.anomalies(lives.history());
          }
          System.out.println(found);
          assertTrue(!found.isEmpty(), "no write skew in 20 histories");
        });
  }
}
