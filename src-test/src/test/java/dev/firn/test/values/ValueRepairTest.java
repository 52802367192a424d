package dev.firn.test.values;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.RepairReport;
import dev.firn.Store;
import dev.firn.StoreAccess;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.core.file.FileName;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Repair of stores with value files whose manifest or length is not what it was. */
final class ValueRepairTest {

  private static final Path REPAIRED = Path.of("/repaired");
  private static final int SEGMENT_BYTES = 64 << 10;
  private static final int VALUE_BYTES = 4000;

  /** This count of values fills a segment well enough for a value file. */
  private static final int VALUES = 14;

  private static final StoreOptions OPTIONS =
      StoreOptions.builder().journalSegmentBytes(SEGMENT_BYTES).minValueFileBytes(1024).build();

  private final MemoryDisk disk = new MemoryDisk();

  private static byte[] key(int i) {
    return new byte[] {(byte) i};
  }

  private static byte[] value(int i) {
    byte[] value = new byte[VALUE_BYTES];
    new Random(i).nextBytes(value);
    return value;
  }

  private static void fill(Tree tree) {
    for (int i = 0; i < VALUES; i++) {
      tree.put(key(i), value(i));
    }
  }

  private static void assertFilled(Tree tree) {
    for (int i = 0; i < VALUES; i++) {
      assertArrayEquals(value(i), tree.get(key(i)));
    }
  }

  private StoreImage image() {
    return StoreImage.of(disk.files().processKillClone(), MemoryDisk.DIRECTORY);
  }

  private static String manifest(StoreImage image) {
    return image.names().stream()
        .filter(name -> FileName.manifestNumber(name).isPresent())
        .findFirst()
        .orElseThrow();
  }

  /** An image with the manifest of an earlier one, of which it is a continuation. */
  private static StoreImage withManifestOf(StoreImage earlier, StoreImage image) {
    String name = manifest(image);
    int length = earlier.bytes(name).length;
    byte[] cut = Arrays.copyOf(image.bytes(name), length);
    assertArrayEquals(earlier.bytes(name), cut);
    return image.with(name, cut);
  }

  /** The value file has all records that follow the state of the manifest. */
  @Test
  void manifestCutBeforeATree_isNotTakenForComplete() {
    StoreImage cut;
    try (Store store = disk.open(OPTIONS)) {
      store.tree("a");
      StoreImage before = image();
      fill(store.tree("b"));
      store.flush();
      assertTrue(store.stats().values().fileBytes() > 0);
      cut = withManifestOf(before, image());
    }
    MemoryDisk damaged = new MemoryDisk(cut.toFileSystem());
    RepairReport report =
        StoreAccess.repair(MemoryDisk.DIRECTORY, MemoryDisk.DIRECTORY, damaged.files());
    assertTrue(report.manifestRebuilt(), report::toString);
    try (Store store = damaged.open(OPTIONS)) {
      assertFilled(store.tree("b"));
      assertTrue(store.verify().isIntact());
    }
  }

  @Test
  void manifestCutBeforeADrop_isNotTakenForComplete() {
    StoreImage cut;
    try (Store store = disk.open(OPTIONS)) {
      store.tree("a").put(key(0), value(0));
      store.tree("b").put(key(0), value(0));
      Tree last = store.tree("c");
      StoreImage before = image();
      store.dropTree("b");
      fill(last);
      store.flush();
      assertTrue(store.stats().values().fileBytes() > 0);
      cut = withManifestOf(before, image());
    }
    MemoryDisk damaged = new MemoryDisk(cut.toFileSystem());
    RepairReport report =
        StoreAccess.repair(MemoryDisk.DIRECTORY, MemoryDisk.DIRECTORY, damaged.files());
    assertTrue(report.manifestRebuilt(), report::toString);
    try (Store store = damaged.open(OPTIONS)) {
      assertNull(store.tree("b").get(key(0)));
      assertArrayEquals(value(0), store.tree("a").get(key(0)));
      assertFilled(store.tree("c"));
    }
  }

  /** A store refuses a value file of another length, even if each value is there. */
  @ParameterizedTest
  @ValueSource(ints = {-8, 4096})
  void valueFileOfAnotherLength_keepsItsValues(int change) {
    try (Store store = disk.open(OPTIONS)) {
      fill(store.tree("t"));
    }
    StoreImage image = image();
    String name = valueFile(image);
    byte[] bytes = image.bytes(name);
    MemoryDisk damaged =
        new MemoryDisk(
            image.with(name, Arrays.copyOf(bytes, bytes.length + change)).toFileSystem());
    for (Path to : new Path[] {REPAIRED, MemoryDisk.DIRECTORY}) {
      RepairReport report = StoreAccess.repair(MemoryDisk.DIRECTORY, to, damaged.files());
      assertFalse(report.wasIntact());
      assertEquals(0, report.losses().size(), report::toString);
      try (Store store = StoreAccess.open(to, OPTIONS, damaged.files())) {
        assertFilled(store.tree("t"));
        assertTrue(store.verify().isIntact());
      }
    }
  }

  private static String valueFile(StoreImage image) {
    byte[] last = value(VALUES - 1);
    for (String name : image.names()) {
      byte[] bytes = image.bytes(name);
      if (FileName.journalNumber(name).isPresent() && contains(bytes, last)) {
        return name;
      }
    }
    throw new AssertionError("no value file in " + image.names());
  }

  private static boolean contains(byte[] bytes, byte[] part) {
    for (int at = 0; at + part.length <= bytes.length; at++) {
      if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
        return true;
      }
    }
    return false;
  }
}
