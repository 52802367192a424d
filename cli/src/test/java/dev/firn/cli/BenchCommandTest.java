package dev.firn.cli;

import static dev.firn.cli.CliRun.ok;
import static dev.firn.cli.CliRun.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.cli.workload.Workload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BenchCommandTest {

  @TempDir Path temp;

  /** Each alone, so that the store it needs is made for it. */
  @ParameterizedTest
  @EnumSource
  void workload_alone_answersRight(Workload workload) {
    Path stores = temp.resolve("stores");
    List<String> rows =
        ok("bench", "--num", 1000, "--rest", 0, "--store", stores, "--json", workload.label())
            .lines();
    assertEquals(workload == Workload.READWHILEWRITING ? 2 : 1, rows.size());
    assertTrue(rows.get(0).startsWith("{\"workload\":\"" + workload.label() + "\""), rows.get(0));
    assertFalse(rows.get(0).contains("\"operations\":0"), rows.get(0));
    assertFalse(Files.exists(stores));
  }

  @Test
  void defaultSet_manyThreads_lz4() {
    List<String> lines =
        ok(
                "bench",
                "--num",
                2000,
                "--rest",
                0.05,
                "--threads",
                3,
                "--compression",
                "lz4",
                "--value-size",
                1000,
                "--store",
                temp.resolve("stores"))
            .lines();
    for (Workload workload : Workload.values()) {
      long rows = lines.stream().filter(line -> line.startsWith(workload.label() + " ")).count();
      assertEquals(workload == Workload.COMPACT ? 0 : 1, rows, workload::label);
    }
    int width = lines.get(lines.size() - 1).length();
    assertTrue(lines.stream().skip(4).allMatch(line -> line.length() == width), "aligned");
  }

  @Test
  void help_namesEveryWorkload() {
    String help = ok("bench", "--help").out();
    for (Workload workload : Workload.values()) {
      assertTrue(help.contains("\n  " + workload.label() + " "), workload.label());
    }
  }

  @Test
  void duration_endsAWorkload() {
    Path stores = temp.resolve("stores");
    long began = System.nanoTime();
    ok(
        "bench",
        "--num",
        1000,
        "--duration",
        0.05,
        "--rest",
        0,
        "--store",
        stores,
        "fillsync",
        "readrandom");
    assertTrue(System.nanoTime() - began < 60_000_000_000L);
  }

  @Test
  void keep_leavesTheStores() {
    Path stores = temp.resolve("stores");
    ok("bench", "--num", 1000, "--keep", "--store", stores, "fillseq");
    assertEquals("1000\n", ok("scan", stores.resolve("1-fillseq"), "-t", "bench", "--count").out());
  }

  @Test
  void wrongSettings_areRefused() {
    for (String option : List.of("--num", "--value-size", "--threads", "--batch-size")) {
      CliRun wrong = run("bench", option, 0).expect(2);
      assertTrue(wrong.err().contains(option + "=0 is not between"), wrong.err());
    }
    run("bench", "fillnothing").expect(2);
    run("bench", "fillseq", "--store", temp, "--num", 1).expect(0);
  }
}
