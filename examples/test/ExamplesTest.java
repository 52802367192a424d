import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Store;
import dev.firn.Tree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs every example, and compares the documents that show code with code that was compiled. */
class ExamplesTest {

  @TempDir Path folder;

  @Test
  void timeSeries_printsTheLatestReadingsFirst() throws Exception {
    String expected =
        """
        10006: 27.46
        10005: 27.45
        10004: 27.44
        """;
    assertEquals(expected, output(() -> TimeSeries.main(arguments())));
    assertEquals(expected, output(() -> TimeSeries.main(arguments())), "the second run");
  }

  @Test
  void secondaryIndex_findsPeopleByCity() throws Exception {
    String expected =
        """
        Bern: Ada
        Zug: Barbara
        Zug: Grace
        Bern: 1
        Bernex: 1
        Zug: 2
        """;
    assertEquals(expected, output(() -> SecondaryIndex.main(arguments())));
    assertEquals(expected, output(() -> SecondaryIndex.main(arguments())), "the second run");
  }

  @Test
  void bankTransfer_losesNoMoney() throws Exception {
    String expected = "10 accounts hold 10000\nopen transactions: 0\n";
    assertEquals(expected, output(() -> BankTransfer.main(arguments())));
    assertEquals(expected, output(() -> BankTransfer.main(arguments())), "the second run");
  }

  @Test
  void snapshotReport_findsTheSameTotalEachTime() throws Exception {
    String expected = "100 accounts hold 100000\n".repeat(3);
    assertEquals(expected, output(() -> SnapshotReport.main(arguments())));
  }

  @Test
  void readme_showsTheTimeSeries() throws IOException {
    String example = Files.readString(Path.of("src/TimeSeries.java"));
    assertEquals(example, codeIn("../README.md").getFirst());
  }

  /** Every block of the recipes is part of {@link Recipes}, but for its indentation. */
  @Test
  void recipes_areCompiled() throws IOException {
    String compiled = Files.readString(Path.of("test/Recipes.java"));
    List<String> blocks = codeIn("../docs/recipes.md");
    assertTrue(blocks.size() >= 5, "blocks: " + blocks.size());
    for (String block : blocks) {
      assertTrue(
          withoutIndentation(compiled).contains(withoutIndentation(block)),
          () -> "test/Recipes.java does not contain:\n" + block);
    }
  }

  @Test
  void recipes_keysSortAsTheirParts() {
    List<byte[]> numbers = new ArrayList<>();
    for (long number : new long[] {Long.MIN_VALUE, -2, -1, 0, 1, 255, 256, Long.MAX_VALUE}) {
      numbers.add(Recipes.key(number));
      assertEquals(number, Recipes.number(numbers.getLast()));
    }
    assertAscending(numbers);
    assertAscending(
        List.of(
            Recipes.key("Ann", 9),
            Recipes.key("Ann", 256),
            Recipes.key("Anna", 1),
            Recipes.key("Bob", 0)));
  }

  private static void assertAscending(List<byte[]> keys) {
    for (int i = 1; i < keys.size(); i++) {
      assertTrue(Arrays.compareUnsigned(keys.get(i - 1), keys.get(i)) < 0, "key " + i);
    }
  }

  @Test
  void recipes_loadDeleteAndCount() {
    try (Store store = Store.open(folder)) {
      Tree tree = store.tree("t");
      Map<byte[], byte[]> entries = new LinkedHashMap<>();
      for (long time = 0; time < 7207; time++) {
        entries.put(Recipes.key("Ann", time), new byte[] {1});
      }
      Recipes.load(store, tree, entries.entrySet().iterator());
      assertEquals(7207, store.stats().lastSequence());
      Recipes.delete(store, tree, Recipes.hour("Ann", 0));
      assertFalse(tree.contains(Recipes.key("Ann", 3599)));
      assertTrue(tree.contains(Recipes.key("Ann", 3600)));
      Recipes.copy(tree, ByteBuffer.wrap(new byte[] {1, 2}), ByteBuffer.allocateDirect(3));
      assertEquals(3, tree.get(new byte[] {1, 2}, new byte[0]));
      assertEquals(5, Recipes.increment(tree, new byte[] {7}, 5));
      assertEquals(8, Recipes.increment(tree, new byte[] {7}, 3));
      Recipes.remember(store, new byte[] {7}, new byte[1]);
      assertTrue(store.tree("sessions").contains(new byte[] {7}));
      Tree counters = Recipes.counters(store);
      Recipes.count(counters, new byte[] {7}, 5);
      Recipes.count(counters, new byte[] {7}, 3);
      assertEquals(8, Recipes.total(counters, new byte[] {7}));
    }
  }

  @Test
  void recipes_totalOfManyKeys() {
    try (Store store = Store.open(folder)) {
      Tree tree = store.tree("t");
      MemorySegment[] keys = new MemorySegment[50];
      for (int i = 0; i < keys.length; i++) {
        byte[] key = Recipes.key(i);
        byte[] value = new byte[Long.BYTES];
        MemorySegment.ofArray(value).set(ValueLayout.JAVA_LONG_UNALIGNED, 0, i);
        tree.put(key, value);
        keys[i] = MemorySegment.ofArray(key);
      }
      assertEquals(49 * 25, Recipes.total(tree, keys));
    }
  }

  private static String withoutIndentation(String code) {
    return code.replaceAll("(?m)^ +", "");
  }

  /** The Java code of a document, block by block. */
  private static List<String> codeIn(String document) throws IOException {
    List<String> blocks = new ArrayList<>();
    String[] parts = Files.readString(Path.of(document)).split("(?m)^```", -1);
    for (int i = 1; i < parts.length; i += 2) {
      if (parts[i].startsWith("java\n")) {
        blocks.add(parts[i].substring("java\n".length()));
      }
    }
    return blocks;
  }

  private String[] arguments() {
    return new String[] {folder.resolve("store").toString()};
  }

  private interface Program {
    void run() throws Exception;
  }

  private static String output(Program program) throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      program.run();
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
