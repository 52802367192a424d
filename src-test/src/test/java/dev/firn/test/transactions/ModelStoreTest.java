package dev.firn.test.transactions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.test.Crew;
import dev.firn.test.Seed;
import dev.firn.test.isolation.Anomaly;
import dev.firn.test.isolation.History;
import dev.firn.test.isolation.HistoryCheck;
import dev.firn.test.transactions.ModelStore.Flaw;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The histories find each flaw of a store, and nothing in a store without one. */
final class ModelStoreTest {

  private static final Duration SHORT = Duration.ofMillis(100);
  private static final int ROUNDS = 50;

  private static List<Anomaly> run(Flaw flaw, Level level, long seed) throws Exception {
    History history = new History();
    HistoryRun run = new HistoryRun(new ModelStore(flaw), level, seed, Recorder.logTo(history), 0);
    Crew crew = new Crew();
    run.start(crew);
    crew.workFor(SHORT);
    run.readAll();
    System.out.printf("%s: %d committed, %d refused%n", level, run.committed(), run.refused());
    return HistoryCheck.anomalies(history);
  }

  private static List<Anomaly> forbidden(List<Anomaly> found, Level level) {
    return found.stream()
        .filter(a -> level != Level.SNAPSHOT || !a.kind().isAllowedBySnapshot())
        .toList();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void flaw_isFound(Flaw flaw) {
    // Without it, blind writes would only change their order.
    Level level = flaw == Flaw.NO_WRITE_CHECK ? Level.SNAPSHOT : Level.SERIALIZABLE;
    Seed.run(
        seed -> {
          List<Anomaly> found = List.of();
          for (int round = 0; round < ROUNDS && found.isEmpty(); round++) {
            found = forbidden(run(flaw, level, seed + round), level);
          }
          assertTrue(!found.isEmpty(), "not found: " + flaw);
          System.out.println(flaw + ": " + found.getFirst());
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"SERIALIZABLE", "EXCLUSIVE"})
  void serializableTransactions_haveNone(Level level) {
    Seed.run(seed -> assertEquals(List.of(), run(Flaw.NONE, level, seed)));
  }

  @Test
  void transactionsOnSnapshots_haveOnlyWhatIsAllowed() {
    Seed.run(
        seed -> {
          List<Anomaly> found = run(Flaw.NONE, Level.SNAPSHOT, seed);
          assertEquals(List.of(), forbidden(found, Level.SNAPSHOT));
          assertTrue(!found.isEmpty(), "no write skew");
        });
  }
}
