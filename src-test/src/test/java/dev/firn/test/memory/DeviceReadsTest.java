package dev.firn.test.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.core.NativeCalls;
import dev.firn.test.RealDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The process's count of bytes that came from the device, while single keys are read. */
final class DeviceReadsTest {

  private static final Path COUNTERS = Path.of("/proc/self/io");
  private static final int ENTRIES = 20_000;
  private static final int PAGE_BYTES = 4096;

  private static byte[] key(int i) {
    return "key%07d".formatted(i).getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] value(int i) {
    byte[] value = new byte[400];
    new Random(i).nextBytes(value);
    return value;
  }

  private static long readBytes() throws IOException {
    for (String line : Files.readAllLines(COUNTERS)) {
      if (line.startsWith("read_bytes: ")) {
        return Long.parseLong(line.substring("read_bytes: ".length()));
      }
    }
    return -1;
  }

  private static void dropPages(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> tables = files.filter(file -> file.toString().endsWith(".table")).toList();
      for (Path table : tables) {
        NativeCalls.dropPages(table, 0, Files.size(table));
      }
    }
  }

  @Test
  void get_readsOneBlockOfTheDevice() throws IOException {
    assumeTrue(Files.isReadable(COUNTERS), "no /proc/self/io");
    assumeTrue(NativeCalls.isAvailable(), "no native access: pages cannot be dropped");
    StoreOptions options =
        StoreOptions.builder().pageCacheBytes(0).scrubInterval(Duration.ZERO).build();
    try (RealDisk disk = new RealDisk()) {
      try (Store store = disk.open(options)) {
        Tree tree = store.tree("t");
        for (int i = 0; i < ENTRIES; i++) {
          tree.put(key(i), value(i));
        }
        store.flush();
        store.compact();
      }
      try (Store store = disk.open(options)) {
        Tree tree = store.tree("t");
        assertArrayEquals(value(0), tree.get(key(0)));
        assertArrayEquals(value(ENTRIES - 1), tree.get(key(ENTRIES - 1)));
        dropPages(disk.directory());
        long before = readBytes();
        int gets = 0;
        for (int i = 100; i < ENTRIES - 100; i += 200) {
          assertArrayEquals(value(i), tree.get(key(i)));
          gets++;
        }
        long each = (readBytes() - before) / gets;
        assumeTrue(each > 0, "the temporary folder is not on a device");
        // The file system reads a page of its own at times.
        assertTrue(each <= PAGE_BYTES * 5 / 4, each + " bytes per get");
      }
    }
  }
}
