package dev.firn.test.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.firn.Cursor;
import dev.firn.KeyRange;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.WriteBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A process with few file descriptors writes, opens, reads and compacts a store of more tables. */
@EnabledOnOs(OS.LINUX)
final class FewDescriptorsTest {

  private static final int KEYS = 7_000;
  private static final int MAX_DESCRIPTORS = 110;

  /** Enough tables that their descriptors alone would be too many. */
  private static final int MIN_TABLES = 140;

  @TempDir private Path directory;

  @Test
  void moreTablesThanDescriptors() throws Exception {
    Path errors = directory.resolve("errors.txt");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        List.of(
            "sh",
            "-c",
            "ulimit -n " + MAX_DESCRIPTORS + " && exec \"$@\"",
            "sh",
            java,
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            FewDescriptorsTest.class.getName(),
            directory.resolve("store").toString());
    Process child = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, child.waitFor(), () -> output + read(errors));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** The child process. */
  public static void main(String[] args) {
    StoreOptions options =
        StoreOptions.builder().tableBytes(4096).journalSegmentBytes(256 << 10).build();
    Path folder = Path.of(args[0]);
    try (Store store = Store.open(folder, options)) {
      Tree tree = store.tree("t");
      WriteBatch batch = new WriteBatch();
      for (int i = 0; i < KEYS; i++) {
        batch.put(tree, key(i), new byte[100]);
      }
      store.write(batch);
      store.compact();
      check(store.stats().tables().count() >= MIN_TABLES);
    }
    try (Store store = Store.open(folder, options)) {
      Tree tree = store.tree("t");
      for (int i = 0; i < KEYS; i++) {
        check(tree.contains(key(i)));
      }
      int found = 0;
      try (Cursor cursor = tree.cursor(KeyRange.all())) {
        for (boolean more = cursor.first(); more; more = cursor.next()) {
          found++;
        }
      }
      check(found == KEYS);
      for (int i = 0; i < KEYS; i += 7) {
        tree.put(key(i), new byte[50]);
      }
      store.compact();
      check(store.stats().tables().count() >= MIN_TABLES);
      check(store.verify().isIntact());
      check(store.health().failure() == null);
    }
  }

  private static void check(boolean isRight) {
    if (!isRight) {
      throw new AssertionError();
    }
  }

  private static byte[] key(long number) {
    return ByteBuffer.allocate(8).putLong(number * 0x9e37_79b9_7f4a_7c15L).array();
  }
}
