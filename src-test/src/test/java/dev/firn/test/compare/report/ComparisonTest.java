package dev.firn.test.compare.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ComparisonTest {

  private static final Map<String, String> TITLES = new LinkedHashMap<>();

  static {
    TITLES.put("firn", "Firn");
    TITLES.put("other", "Other");
    TITLES.put("unmeasured", "Unmeasured");
  }

  private static Result result(
      String store, int round, String workload, double rate, double p99, Set<Metric> shown) {
    return new Result(
        store, round, workload, 10, Map.of(Metric.RATE, rate, Metric.P99, p99), shown);
  }

  private static List<Result> results() {
    Set<Metric> both = Set.of(Metric.RATE, Metric.P99);
    List<Result> results = new ArrayList<>();
    results.add(result("firn", 1, "scan", 300_000, 10, both));
    results.add(result("firn", 2, "scan", 100_000, 20, both));
    results.add(result("firn", 3, "scan", 200_000, 40, both));
    results.add(result("other", 1, "scan", 100_000, 40, both));
    results.add(result("other", 2, "scan", 100_000, 40, both));
    results.add(result("other", 3, "scan", 100_000, 40, both));
    results.add(result("firn", 1, "fill", 1_234_567, 1, Metric.RATE_ONLY));
    results.add(result("firn", 1, "unlisted", 800, 1, Metric.RATE_ONLY));
    results.add(result("other", 1, "unlisted", 160, 1, Metric.RATE_ONLY));
    return results;
  }

  private static Comparison comparison() {
    return new Comparison(results(), TITLES, List.of("fill", "absent", "scan"));
  }

  @Test
  void table_hasMediansAndHowManyTimesBetterTheFirstStoreIs() {
    assertEquals(
        """
        | workload |            |  Firn | Other |       / Other |
        |----------|------------|------:|------:|--------------:|
        | fill     | thousand/s | 1,235 |       |               |
        | scan     | thousand/s |   200 |   100 | 2.0 (1.0-3.0) |
        | scan     | p99, µs    |  20.0 |  40.0 | 2.0 (1.0-4.0) |
        | unlisted | thousand/s |  0.80 |  0.16 |           5.0 |
        """,
        comparison().table());
  }

  @Test
  void tableOfOneMetric_hasNoUnits() {
    assertEquals(
        """
        | workload | Firn | Other |       / Other |
        |----------|-----:|------:|--------------:|
        | scan     |  200 |   100 | 2.0 (1.0-3.0) |
        """,
        comparison().table(List.of("scan", "absent"), Set.of(Metric.RATE)));
  }

  @Test
  void ratioWithoutMeaning_isLeftOut() {
    Set<Metric> shown = Set.of(Metric.P99);
    List<Result> results =
        List.of(result("firn", 1, "w", 1, 0, shown), result("other", 1, "w", 1, 16, shown));
    String table = new Comparison(results, TITLES, List.of()).table();
    assertFalse(table.contains("Infinity"), table);
  }

  @Test
  void spread_isOfAllRounds() {
    assertEquals(Optional.empty(), Spread.of(List.of()));
    assertEquals(Optional.of(new Spread(5, 5, 5, 1)), Spread.of(List.of(5.0)));
    assertEquals(Optional.of(new Spread(2.5, 1, 9, 4)), Spread.of(List.of(9.0, 1.0, 3.0, 2.0)));
    assertEquals(Optional.of(new Spread(3, 1, 9, 3)), Spread.of(List.of(9.0, 1.0, 3.0)));
  }

  @Test
  void results_comeBackFromTheirLines() {
    for (Result result : results()) {
      assertEquals(result, Result.ofJson(result.toJson()));
    }
    assertThrows(IllegalArgumentException.class, () -> Result.ofJson("{\"store\":\"firn\"}"));
  }

  @Test
  void figuresOfADocument_areReplacedBetweenTheirMarks() {
    String before = "a\n<!-- figures: made by dev/compare -->\nold\n<!-- end of figures -->\nb\n";
    assertEquals(before.replace("old\n", "new\n"), BenchmarksPage.replaced(before, "new\n"));
    assertThrows(IllegalArgumentException.class, () -> BenchmarksPage.replaced("a\n", "new\n"));
  }

  @Test
  void page_saysWhatWasRun() {
    String page = BenchmarksPage.text(List.of("* Date: 2026-01-01"), comparison());
    assertTrue(page.startsWith("# Benchmarks\n"), page);
    assertTrue(page.contains("\n\n* Date: 2026-01-01\n\n| workload |"), page);
  }
}
