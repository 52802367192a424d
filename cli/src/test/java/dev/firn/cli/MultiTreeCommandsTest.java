package dev.firn.cli;

import static dev.firn.cli.CliRun.ok;
import static dev.firn.cli.CliRun.run;
import static dev.firn.cli.CliRun.runWithInput;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on multi trees. */
class MultiTreeCommandsTest {

  @TempDir Path temp;
  private Path store;

  @BeforeEach
  void setUp() {
    store = temp.resolve("store");
    ok("put", store, "-t", "tags", "--multi", "red", "b");
    ok("put", store, "-t", "tags", "red", "a");
    ok("put", store, "-t", "tags", "blue", "a");
    ok("put", store, "plain", "1");
  }

  @Test
  void get_printsAllValues() {
    assertEquals("a\nb\n", ok("get", store, "-t", "tags", "red").out());
    assertEquals("", run("get", store, "-t", "tags", "green").expect(1).out());
  }

  @Test
  void scan_printsPairs() {
    assertEquals("blue\ta\nred\ta\nred\tb\n", ok("scan", store, "-t", "tags").out());
    assertEquals(
        "b\na\n",
        ok("scan", store, "-t", "tags", "--from", "c", "--reverse", "--values-only").out());
    assertEquals("2\n", ok("scan", store, "-t", "tags", "--prefix", "r", "--count").out());
  }

  @Test
  void delete_removesAllValuesOfAKey() {
    ok("delete", store, "-t", "tags", "red");
    assertEquals("blue\ta\n", ok("scan", store, "-t", "tags").out());
    ok("delete", store, "-t", "tags", "--to", "c");
    assertEquals("", ok("scan", store, "-t", "tags").out());
    assertEquals("plain\t1\n", ok("scan", store).out());
  }

  @Test
  void trees_printsKinds() {
    assertEquals(List.of("default", "tags"), ok("trees", store).lines());
    assertEquals("default\tplain\ntags\tmulti\n", ok("trees", store, "--kinds").out());
  }

  @Test
  void kinds_areNotMixed() {
    CliRun refused = run("put", store, "--multi", "k", "v").expect(2);
    assertTrue(refused.err().contains("is a plain tree"), refused.err());
  }

  @Test
  void dump_isRestoredByLoad() {
    ok("put", store, "-t", "empty", "--multi", "k", "v");
    ok("delete", store, "-t", "empty", "k");
    String dump = ok("dump", store).out();
    assertTrue(
        dump.startsWith(
            "{\"firn-dump\":2,\"trees\":[\"default\"],\"multiTrees\":[\"empty\",\"tags\"]}\n"),
        dump);
    Path copy = temp.resolve("copy");
    load(copy, dump);
    assertEquals(dump, ok("dump", copy).out());
    assertEquals("default\tplain\nempty\tmulti\ntags\tmulti\n", ok("trees", copy, "--kinds").out());
    load(copy, dump);
    assertEquals(dump, ok("dump", copy).out());
  }

  @Test
  void load_addsToAMultiTree() {
    runWithInput(
            "red\tz\nnew\tq\n".getBytes(StandardCharsets.UTF_8), "load", store, "-t", "tags", "-")
        .expect(0);
    assertEquals("a\nb\nz\n", ok("get", store, "-t", "tags", "red").out());
    assertEquals("q\n", ok("get", store, "-t", "tags", "new").out());
  }

  private static void load(Path store, String dump) {
    runWithInput(dump.getBytes(StandardCharsets.UTF_8), "load", store, "-").expect(0);
  }
}
