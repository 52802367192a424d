package dev.firn.cli;

import static dev.firn.cli.CliRun.ok;
import static dev.firn.cli.CliRun.run;
import static dev.firn.cli.CliRun.runWithInput;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Store;
import dev.firn.Tree;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code load} and {@code dump}. */
class LoadCommandTest {

  private static final long SEED = Long.getLong("firn.seed", System.nanoTime());

  @TempDir Path temp;
  private Path store;

  @BeforeEach
  void setUp() {
    store = temp.resolve("store");
  }

  @Test
  void load_gzippedNdjson_byFields() throws Exception {
    String lines =
        """
        {"country":"CH","name":"Chur","lat":46.85}
        {"country":"AT","name":"Graz","lat":47.07}
        """;
    Path file = temp.resolve("cities.ndjson.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(lines.getBytes(StandardCharsets.UTF_8));
    }
    CliRun loaded = ok("load", store, file, "--tree", "cities", "--key", "country,name");
    assertTrue(loaded.out().startsWith("loaded 2 entries in "), loaded.out());
    assertEquals(
        "{\"country\":\"CH\",\"name\":\"Chur\",\"lat\":46.85}\n",
        ok("get", store, "-t", "cities", "CH/Chur").out());
    ok("load", store, file, "-k", "name", "--value", "lat", "--separator", "\\x00");
    assertEquals("Chur\t46.85\nGraz\t47.07\n", ok("scan", store).out());
  }

  @Test
  void load_badLine_stops_andWritesNothingOfItsBatch() {
    CliRun stopped = load("a\t1\nb\t2\nc\t3\nbad\nd\t4\n", "--key", "2", "--batch", "2").expect(5);
    assertEquals(
        "firn: stdin:4: the key field '2' is missing: the line has 1 column\n", stopped.err());
    assertEquals(
        "not loaded: 1 bad line, and 1 other line of the same batch", stopped.lines().get(1));
    assertEquals("1\ta\\t1\n2\tb\\t2\n", ok("scan", store).out());
  }

  @Test
  void load_badLine_skipsItsBatch_andGoesOn() {
    CliRun skipped =
        load(
                "a\t1\nbad\nb\t2\nc\t3\nworse\n\nd\t4\n",
                "--value",
                "2",
                "--batch",
                "2",
                "--on-error",
                "skip")
            .expect(5);
    assertEquals(2, skipped.err().lines().count(), skipped.err());
    assertTrue(skipped.err().contains("stdin:2: "), skipped.err());
    assertTrue(skipped.err().contains("stdin:5: "), skipped.err());
    assertTrue(skipped.out().startsWith("loaded 2 entries"), skipped.out());
    assertEquals("b\t2\nc\t3\n", ok("scan", store).out());
  }

  @Test
  void load_badLine_batchOfOne_losesOnlyIt() {
    load("a\t1\nbad\nb\t2\n", "--value", "2", "--batch", "1", "--on-error", "skip").expect(5);
    assertEquals("a\t1\nb\t2\n", ok("scan", store).out());
  }

  @Test
  void load_manyBadLines_areNotAllTold() {
    CliRun skipped = load("bad\n".repeat(100), "--value", "2", "--on-error", "skip").expect(5);
    assertEquals(21, skipped.err().lines().count());
    assertTrue(skipped.out().contains("100 bad lines"), skipped.out());
  }

  @Test
  void load_wrongUsage() {
    run("load", store).expect(2);
    run("load", store, temp.resolve("missing")).expect(5);
    run("load", store, temp).expect(5);
    load("{\"a\":1}\n").expect(2);
    load("a\n", "--batch", "0").expect(2);
    load("a\n", "--separator", "\\q").expect(2);
    load("a\n", "--on-error", "hope").expect(2);
    CliRun header = load("a\tb\n", "--key", "c").expect(5);
    assertEquals("firn: stdin:1: the header has no column 'c'; it has a, b\n", header.err());
  }

  @Test
  void load_brokenGzip_isBadInput() throws Exception {
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(gzip)) {
      out.write("a\t1\n".repeat(1000).getBytes(StandardCharsets.UTF_8));
    }
    Path file = temp.resolve("cut.gz");
    Files.write(file, Arrays.copyOf(gzip.toByteArray(), 20));
    CliRun broken = run("load", store, file).expect(5);
    assertTrue(broken.err().startsWith("firn: " + file + ": "), broken.err());
  }

  @Test
  void load_ofADump_bringsEverythingBack() {
    System.out.println("-Dfirn.seed=" + SEED);
    Random random = new Random(SEED);
    try (Store open = Store.open(store)) {
      open.tree("empty");
      for (String name : new String[] {"binary", "tëxt \"\\"}) {
        Tree tree = open.tree(name);
        tree.put(new byte[0], new byte[0]);
        for (int i = 0; i < 3000; i++) {
          tree.put(bytes(random, 30), bytes(random, 300));
        }
        tree.put(new byte[] {1}, new byte[100_000]);
      }
    }
    byte[] dump = ok("dump", store).outBytes();
    Path copy = temp.resolve("copy");
    runWithInput(dump, "load", copy, "-").expect(0);
    assertArrayEquals(dump, ok("dump", copy).outBytes());
    assertEquals(ok("trees", store).out(), ok("trees", copy).out());
    try (Store a = Store.open(store);
        Store b = Store.open(copy)) {
      byte[] key = a.tree("binary").cursor().seek(new byte[] {50}) ? new byte[] {1} : new byte[0];
      assertArrayEquals(a.tree("binary").get(key), b.tree("binary").get(key));
    }
  }

  @Test
  void load_ofADump_oneTree() {
    ok("put", store, "-t", "a", "k", "1");
    ok("put", store, "-t", "b", "k", "2");
    byte[] dump = ok("dump", store).outBytes();
    Path copy = temp.resolve("copy");
    runWithInput(dump, "load", copy, "-", "--tree", "b").expect(0);
    assertEquals("b\n", ok("trees", copy).out());
    assertEquals(ok("dump", store, "--tree", "b").out(), ok("dump", copy).out());
    run("dump", store, "--tree", "c").expect(1);
  }

  @Test
  void load_ofADumpCutShort_saysSo() {
    ok("put", store, "k", "1");
    String dump = ok("dump", store).out();
    String cut = dump.substring(0, dump.lastIndexOf("{"));
    Path copy = temp.resolve("copy");
    CliRun short1 = runWithInput(cut.getBytes(StandardCharsets.UTF_8), "load", copy, "-").expect(5);
    assertTrue(short1.err().contains("stdin:3: the dump was cut short"), short1.err());
  }

  /** Lines that no dump has are named like other wrong lines. */
  @Test
  void load_ofADumpThatNamesNoTree_saysWhere() {
    String first = "{\"firn-dump\":1,\"trees\":[%s]}\n";
    String end = "{\"firn-dump-end\":1,\"entries\":%d}\n";
    CliRun header = load(first.formatted("\"t\",\"\"") + end.formatted(0)).expect(5);
    assertTrue(header.err().contains("stdin:1: a tree that cannot be: name length=0"), header::err);
    String nameless = "{\"tree\":\"\",\"key\":\"k\",\"value\":\"v\"}\n";
    CliRun line = load(first.formatted("\"t\"") + nameless + end.formatted(1));
    assertEquals(5, line.exitCode(), line::err);
    assertTrue(line.err().contains("2: name length=0"), line::err);
    String key = "x".repeat(65537);
    String longKey = "{\"tree\":\"t\",\"key\":\"%s\",\"value\":\"v\"}\n".formatted(key);
    CliRun tooLong = load(first.formatted("\"t\"") + longKey + end.formatted(1));
    assertEquals(5, tooLong.exitCode(), tooLong::err);
    assertTrue(tooLong.err().contains("2: key"), tooLong::err);
  }

  private static byte[] bytes(Random random, int max) {
    byte[] bytes = new byte[random.nextInt(max)];
    random.nextBytes(bytes);
    return random.nextBoolean() ? bytes : Arrays.toString(bytes).getBytes(StandardCharsets.UTF_8);
  }

  private CliRun load(String text, String... options) {
    Object[] args = new Object[options.length + 3];
    args[0] = "load";
    args[1] = store;
    args[2] = "-";
    System.arraycopy(options, 0, args, 3, options.length);
    return runWithInput(text.getBytes(StandardCharsets.UTF_8), args);
  }
}
