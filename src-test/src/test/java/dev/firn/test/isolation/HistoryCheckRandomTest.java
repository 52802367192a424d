package dev.firn.test.isolation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.test.Seed;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The checker agrees with the definitions of the levels on small histories. */
final class HistoryCheckRandomTest {

  private static final int HISTORIES = 1000;

  @Test
  void transactionsThatReadWhatTheyWrite_areJudgedExactly() {
    Seed.runFor(
        0,
        seed -> {
          SmallHistories source = new SmallHistories(new Random(seed), false);
          int serializable = 0;
          int snapshotIsolated = 0;
          for (int i = 0; i < HISTORIES; i++) {
            History history = source.next();
            boolean first = SmallHistories.isSerializable(history.transactions());
            boolean second = SmallHistories.isSnapshotIsolated(history.transactions());
            List<Anomaly> found = HistoryCheck.anomalies(history);
            assertEquals(first, found.isEmpty(), () -> text(history, found));
            assertEquals(second, isSnapshotIsolated(found), () -> text(history, found));
            serializable += first ? 1 : 0;
            snapshotIsolated += second ? 1 : 0;
          }
          System.out.printf("%d serializable, %d snapshots%n", serializable, snapshotIsolated);
          assertTrue(serializable > HISTORIES / 10 && snapshotIsolated < HISTORIES * 9 / 10);
          assertTrue(snapshotIsolated > serializable + 0);
        });
  }

  @Test
  void writesWithoutReads_areNeverFoundWrongly() {
    Seed.runFor(
        0,
        seed -> {
          SmallHistories source = new SmallHistories(new Random(seed), true);
          int found = 0;
          for (int i = 0; i < HISTORIES; i++) {
            History history = source.next();
            List<Anomaly> anomalies = HistoryCheck.anomalies(history);
            if (!anomalies.isEmpty()) {
              found++;
              assertFalse(
                  SmallHistories.isSerializable(history.transactions()),
                  () -> text(history, anomalies));
            }
            if (!isSnapshotIsolated(anomalies)) {
              assertFalse(
                  SmallHistories.isSnapshotIsolated(history.transactions()),
                  () -> text(history, anomalies));
            }
          }
          System.out.println(found + " with anomalies");
          assertTrue(found > HISTORIES / 10);
        });
  }

  private static boolean isSnapshotIsolated(List<Anomaly> anomalies) {
    return anomalies.stream().allMatch(anomaly -> anomaly.kind().isAllowedBySnapshot());
  }

  private static String text(History history, List<Anomaly> found) {
    StringBuilder text = new StringBuilder("found: " + found);
    for (TransactionRecord transaction : history.transactions()) {
      text.append("\n  ").append(transaction);
    }
    return text.toString();
  }
}
