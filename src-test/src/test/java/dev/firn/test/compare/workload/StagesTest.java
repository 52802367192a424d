package dev.firn.test.compare.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.cli.workload.WrongAnswerException;
import dev.firn.test.compare.report.Metric;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class StagesTest {

  private static final double SCALE = 1e-6;
  private static final double SECONDS = 0.005;

  @TempDir Path folder;

  static List<String> names() {
    return Stages.all().stream().map(Stage::name).toList();
  }

  private Map<String, StageRun.Outcome> run(
      String name, Collection<String> wanted, MapStore.Flaw flaw) throws InterruptedException {
    Stage stage = Stages.of(name).scaled(SCALE);
    return new StageRun(stage, SECONDS, settings -> new MapStore(flaw), label -> {})
        .run(wanted, folder);
  }

  private Map<String, StageRun.Outcome> run(String name, MapStore.Flaw flaw)
      throws InterruptedException {
    return run(name, Stages.of(name).labels(), flaw);
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyWorkload_runsAndMeasuresWhatItShows(String name) throws Exception {
    Map<String, StageRun.Outcome> outcomes = run(name, MapStore.Flaw.NONE);
    assertEquals(Stages.of(name).labels(), List.copyOf(outcomes.keySet()));
    outcomes.forEach(
        (label, outcome) -> {
          Set<Metric> measured = outcome.metrics().keySet();
          assertTrue(measured.containsAll(outcome.workload().shown()), label + ": " + measured);
          assertTrue(outcome.metrics().getOrDefault(Metric.RATE, 0.0) > 0, label);
        });
  }

  @ParameterizedTest
  @CsvSource({
    "random, IGNORES_OVERWRITES",
    "random, SKIPS_IN_SCANS",
    "random, RETURNS_OTHER_VALUES",
    "batches, IGNORES_BATCHES",
    "writers, RETURNS_OTHER_VALUES",
    "ycsb, IGNORES_OVERWRITES",
    "ycsb, SKIPS_IN_SCANS",
    "queue, IGNORES_DELETES",
    "deletes, IGNORES_DELETES",
    "timeseries, IGNORES_DELETES",
    "timeseries, SKIPS_IN_SCANS",
    "transactions, IGNORES_BATCHES",
    "transactions, RETURNS_OTHER_VALUES",
    "counters, IGNORES_OVERWRITES",
    "values-64K, IGNORES_OVERWRITES",
    "limited, RETURNS_OTHER_VALUES",
  })
  void storeThatLeavesWorkOut_isRefused(String name, MapStore.Flaw flaw) {
    assertThrows(WrongAnswerException.class, () -> run(name, flaw));
  }

  @Test
  void wantedWorkload_bringsTheFillThatItNeeds() throws Exception {
    assertEquals(
        List.of("fillrandom", "seek10"),
        List.copyOf(run("random", List.of("seek10"), MapStore.Flaw.NONE).keySet()));
    assertEquals(
        List.of("delete", "look"),
        List.copyOf(run("deletes", List.of("look"), MapStore.Flaw.NONE).keySet()));
    assertEquals(
        List.of("ycsb-e"),
        List.copyOf(run("ycsb", List.of("ycsb-e"), MapStore.Flaw.NONE).keySet()));
  }

  @Test
  void fillThatEndsByTime_isCompletedAfterwards() throws Exception {
    StageSize size = new StageSize(100_000, 100, Stages.SEED);
    Limit limit = Limit.operations(size.entries()).orTime(0.01);
    Fill fill = Fill.all("fill", size, Fill.Order.RANDOM, limit, Metric.FILL);
    Walk walk = Walk.forwards("walk", size);
    Stage stage = Stage.of("short", size.entries(), s -> List.of(fill, walk));
    Map<String, StageRun.Outcome> outcomes =
        new StageRun(stage, SECONDS, s -> new MapStore(MapStore.Flaw.NONE), label -> {})
            .run(stage.labels(), folder);
    assertEquals(Set.of("fill", "walk"), outcomes.keySet());
  }

  @Test
  void labels_areDistinct() {
    List<String> labels = Stages.all().stream().flatMap(s -> s.labels().stream()).toList();
    assertEquals(labels.size(), new HashSet<>(labels).size(), labels::toString);
    assertEquals(names().size(), new HashSet<>(names()).size());
  }

  @Test
  void dataThatExceedTheMemory_doNotGrow() {
    Stage limited = Stages.of("limited");
    assertTrue(limited.size().bytes() > 2 * limited.memoryBytes() - 1000);
    assertEquals(limited.size(), limited.scaled(3).size());
    assertTrue(Stages.of("random").scaled(3).size().entries() > limited.size().entries());
  }
}
