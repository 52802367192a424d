package dev.firn.cli;

import static dev.firn.cli.CliRun.ok;
import static dev.firn.cli.CliRun.run;
import static dev.firn.cli.CliRun.runWithInput;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Store;
import dev.firn.core.file.FileName;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that read and write single entries, and maintain a store. */
class StoreCommandsTest {

  @TempDir Path temp;
  private Path store;

  @BeforeEach
  void setUp() {
    store = temp.resolve("store");
  }

  @Test
  void get_afterPut_isTheValue() {
    ok("put", store, "grüße", "wörld");
    assertEquals("wörld\n", ok("get", store, "grüße").out());
    ok("delete", store, "grüße", "nothing");
    CliRun gone = run("get", store, "grüße").expect(1);
    assertEquals("", gone.out() + gone.err());
  }

  @Test
  void get_inAllFormats() {
    byte[] value = {'a', 0, (byte) 0xff, '\n'};
    runWithInput(value, "put", store, "k", "--value-file", "-").expect(0);
    assertEquals("a\\x00\\xff\\n\n", ok("get", store, "k").out());
    assertEquals("6100ff0a\n", ok("get", store, "--format", "hex", "6b").out());
    assertEquals("{\"base64\":\"YQD/Cg==\"}\n", ok("get", store, "k", "--format", "json").out());
    assertArrayEquals(value, ok("get", store, "k", "--raw").outBytes());
  }

  @Test
  void put_typedFormats() {
    ok("put", store, "--key-format", "hex", "00ff", "a\\tb");
    assertEquals("00ff\t610962\n", ok("scan", store, "--format", "hex").out());
    ok("put", store, "--format", "json", "\"j\\u00fc\"", "{\"base64\":\"AA==\"}");
    assertEquals("jü\t\\x00\n", ok("scan", store, "--prefix", "j").out());
    ok("put", store, "", "the empty key");
    assertEquals("the empty key\n", ok("get", store, "").out());
  }

  @Test
  void put_intoATree_leavesTheOthersAlone() {
    ok("put", store, "-t", "a", "k", "1");
    ok("put", store, "--tree", "b", "k", "2");
    assertEquals(List.of("a", "b"), ok("trees", store).lines());
    assertEquals("1\n", ok("get", store, "-t", "a", "k").out());
    assertEquals("2\n", ok("get", store, "-t", "b", "k").out());
    CliRun none = run("get", store, "k").expect(1);
    assertTrue(none.err().contains("no tree 'default'"), none.err());
    assertTrue(none.err().contains("a, b"), none.err());
  }

  @Test
  void scan_options() {
    String input = "a\t1\nb\t2\nba\t3\nbb\t4\nc\t5\n";
    runWithInput(input.getBytes(StandardCharsets.UTF_8), "load", store, "-").expect(0);
    assertEquals(input, ok("scan", store).out());
    assertEquals("b ba bb", keys("--prefix", "b"));
    assertEquals("bb ba b", keys("--prefix", "b", "--reverse"));
    assertEquals("bb ba", keys("--prefix", "b", "--reverse", "--limit", "2"));
    assertEquals("ba bb", keys("--from", "ba", "--to", "c"));
    assertEquals("b ba", keys("--prefix", "b", "--to", "bb"));
    assertEquals("ba bb", keys("--prefix", "b", "--from", "ba"));
    assertEquals("", keys("--from", "c", "--to", "a"));
    assertEquals("", keys("--limit", "0"));
    assertEquals("5\n", ok("scan", store, "--count").out());
    assertEquals("4\n5\n", ok("scan", store, "--values-only", "--from", "bb").out());
    assertEquals(
        "{\"key\":\"a\",\"value\":\"1\"}\n",
        ok("scan", store, "--format", "json", "--limit", "1").out());
  }

  private String keys(String... options) {
    Object[] args = new Object[options.length + 3];
    args[0] = "scan";
    args[1] = store;
    args[2] = "--keys-only";
    System.arraycopy(options, 0, args, 3, options.length);
    return String.join(" ", ok(args).lines());
  }

  @Test
  void stats_showsEntriesAndLevels() {
    ok("put", store, "a", "1");
    ok("put", store, "b", "2");
    String text = ok("stats", store).out();
    assertTrue(text.contains("writes ever made        2\n"), text);
    String json = ok("stats", store, "--json").out();
    assertTrue(json.startsWith("{\"trees\":1,\"lastSequence\":2,"), json);
  }

  @Test
  void verify_intactStore() {
    ok("put", store, "a", "1");
    assertTrue(ok("verify", store).out().startsWith("intact: "));
  }

  @Test
  void verify_damagedTable_namesFileAndOffset() throws Exception {
    ok("put", store, "a", "1");
    Path table;
    try (var files = Files.list(store)) {
      table = files.filter(f -> f.toString().endsWith(".table")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(table);
    bytes[3] ^= 1;
    Files.write(table, bytes);
    CliRun damaged = run("verify", store).expect(3);
    assertTrue(damaged.err().contains(table + ": damaged at offset 0"), damaged.err());
    assertEquals(1, damaged.err().lines().count());
  }

  @Test
  void repair_damagedTable_saysWhatMayBeLost() throws Exception {
    ok("put", store, "a", "1");
    ok("put", store, "-t", "other", "b", "2");
    ok("compact", store);
    assertTrue(ok("repair", store).out().startsWith("repaired: " + store + ".repaired, 1 table "));
    assertEquals("1", ok("get", store + ".repaired", "a").out().strip());
    run("repair", store).expect(4); // the folder is not empty
    run("repair", store, "--to", temp.resolve("x"), "--in-place").expect(2);
    Path table;
    try (var files = Files.list(store)) {
      table = files.filter(f -> f.toString().endsWith(".table")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(table);
    bytes[3] ^= 1;
    Files.write(table, bytes);
    CliRun repaired = run("repair", store, "--in-place").expect(3);
    assertEquals("", repaired.err());
    assertTrue(repaired.lines().get(0).startsWith(table + ": damaged at offset 0"), repaired.out());
    assertTrue(
        repaired.lines().get(1).startsWith("may be lost: tree default, from a to the last key, "),
        repaired.out());
    assertTrue(ok("verify", store).out().startsWith("intact: "));
  }

  @Test
  void damagedManifest_namesFileAndOffset() throws Exception {
    ok("put", store, "a", "1");
    Path manifest;
    try (var files = Files.list(store)) {
      manifest = files.filter(f -> f.toString().contains("manifest-")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(manifest);
    bytes[20] ^= 1;
    Files.write(manifest, bytes);
    for (String command : List.of("verify", "scan")) {
      CliRun damaged = run(command, store).expect(3);
      assertTrue(damaged.err().contains(manifest + ": damaged at offset "), damaged.err());
      assertEquals(1, damaged.err().lines().count());
    }
  }

  /** As after a kill, with a bad sector in the middle of the journal. */
  @Test
  void damagedJournal_isSalvagedByDump() throws Exception {
    Path crashed = temp.resolve("crashed");
    Files.createDirectories(crashed);
    try (Store open = Store.open(store)) {
      for (int i = 0; i < 10; i++) {
        open.tree("t").put(new byte[] {(byte) ('a' + i)}, new byte[100]);
      }
      try (var files = Files.list(store)) {
        // The store renames its temporary files: there may be nothing to copy.
        for (Path file : files.filter(f -> !FileName.isTemporary(f.toString())).toList()) {
          Files.copy(file, crashed.resolve(file.getFileName()));
        }
      }
    }
    Path journal = crashed.resolve("000001.journal");
    try (RandomAccessFile file = new RandomAccessFile(journal.toFile(), "rw")) {
      file.seek(64 + 3 * 136 + 50); // in the fourth record
      file.write(1);
    }
    CliRun damaged = run("scan", crashed, "-t", "t").expect(3);
    assertTrue(damaged.err().contains(journal + ": damaged at offset "), damaged.err());
    assertTrue(damaged.err().contains("'firn dump --salvage'"), damaged.err());
    run("journal", "dump", crashed).expect(3);

    CliRun salvaged = run("dump", crashed, "--salvage").expect(3);
    assertTrue(salvaged.err().contains("what followed it"), salvaged.err());
    Path copy = temp.resolve("copy");
    runWithInput(salvaged.outBytes(), "load", copy, "-").expect(0);
    assertEquals("a b c", String.join(" ", ok("scan", copy, "-t", "t", "--keys-only").lines()));
    assertEquals("3\n", ok("scan", crashed, "-t", "t", "--count").out());
  }

  @Test
  void compact_dropsOldValues() {
    for (int i = 0; i < 3; i++) {
      ok("put", store, "k", "value " + i);
    }
    String text = ok("compact", store).out();
    assertTrue(text.matches("tables: .* before, .* after, in .*\n"), text);
    assertEquals("value 2\n", ok("get", store, "k").out());
  }

  @Test
  void readCommands_neverMakeAStore() {
    for (String command : List.of("scan", "dump", "trees", "stats", "verify", "compact")) {
      CliRun missing = run(command, store).expect(4);
      assertTrue(missing.err().contains(store.toString()), missing.err());
      assertEquals(1, missing.err().lines().count(), missing.err());
    }
    run("get", store, "k").expect(4);
    run("delete", store, "k").expect(4);
    run("journal", "dump", store).expect(4);
    run("repair", store).expect(4);
    assertFalse(Files.exists(store));
  }

  @Test
  void writeCommands_leaveOtherFoldersAlone() throws Exception {
    Files.createDirectories(store);
    Files.writeString(store.resolve("letter.txt"), "dear");
    CliRun refused = run("put", store, "k", "v").expect(4);
    assertTrue(refused.err().contains("not a store"), refused.err());
    run("get", store, "k").expect(4);
    try (var files = Files.list(store)) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void openElsewhere_isToldFromMissing() {
    ok("put", store, "k", "v");
    try (Store open = Store.open(store)) {
      CliRun locked = run("get", store, "k").expect(4);
      assertTrue(locked.err().contains("already open"), locked.err());
      assertTrue(open.isOpen());
    }
  }
}
