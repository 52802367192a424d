package dev.firn.test.values;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Cursor;
import dev.firn.RepairReport;
import dev.firn.Store;
import dev.firn.StoreAccess;
import dev.firn.StoreOptions;
import dev.firn.Tree;
import dev.firn.core.file.FileName;
import dev.firn.error.CorruptionException;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damage of value files is found, told, and hurts no other entry. */
final class ValueDamageTest {

  private static final int KEYS = 60;
  private static final int VALUE_BYTES = 4000;

  private static final StoreOptions OPTIONS =
      StoreOptions.builder().journalSegmentBytes(64 << 10).minValueFileBytes(1024).build();

  private static byte[] key(int i) {
    return "key-%05d".formatted(i).getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] value(int i) {
    byte[] value = new byte[VALUE_BYTES];
    new Random(i).nextBytes(value);
    return value;
  }

  /** A closed store, whose first keys are in value files. */
  private static StoreImage image() {
    MemoryDisk disk = new MemoryDisk();
    try (Store store = disk.open(OPTIONS)) {
      for (int i = 0; i < KEYS; i++) {
        store.tree("t").put(key(i), value(i));
      }
    }
    return StoreImage.of(disk.files(), MemoryDisk.DIRECTORY);
  }

  /** The name of the file that has the value of a key, and the value's place. */
  private record Place(String name, int offset) {}

  private static Place find(StoreImage image, byte[] value) {
    for (String name : image.names()) {
      if (FileName.journalNumber(name).isPresent()) {
        byte[] bytes = image.bytes(name);
        for (int at = 0; at + value.length <= bytes.length; at++) {
          if (bytes[at] == value[0]
              && java.util.Arrays.equals(bytes, at, at + value.length, value, 0, value.length)) {
            return new Place(name, at);
          }
        }
      }
    }
    throw new AssertionError("the value is in no segment");
  }

  private static StoreImage damaged(StoreImage image, Place place, int at) {
    byte[] bytes = image.bytes(place.name());
    bytes[place.offset() + at] ^= 0x10;
    return image.with(place.name(), bytes);
  }

  @Test
  void damagedValue_isRefused_andNamesItsFile() {
    StoreImage image = image();
    Place place = find(image, value(3));
    MemoryDisk disk = new MemoryDisk(damaged(image, place, 77).toFileSystem());
    try (Store store = disk.open(OPTIONS)) {
      Tree tree = store.tree("t");
      for (int i = 0; i < 3; i++) {
        CorruptionException e = assertThrows(CorruptionException.class, () -> tree.get(key(3)));
        assertTrue(e.file().endsWith(place.name()), e.getMessage());
        assertEquals(place.offset(), e.offset());
      }
      assertTrue(tree.contains(key(3)), "needs no value");
      for (int i = 0; i < KEYS; i++) {
        if (i != 3) {
          assertArrayEquals(value(i), tree.get(key(i)));
        }
      }
      try (Cursor cursor = tree.cursor()) {
        assertTrue(cursor.seek(key(3)));
        assertThrows(CorruptionException.class, cursor::valueBytes);
        assertArrayEquals(key(3), cursor.keyBytes());
        assertTrue(cursor.next());
        assertArrayEquals(value(4), cursor.valueBytes());
      }
      assertFalse(store.health().damage().isEmpty());
      assertFalse(store.verify().isIntact());
      assertFalse(store.health().failure() != null);
    }
    disk.assertNothingOpen();
  }

  @Test
  void everyBitOfAValue_isChecked() {
    StoreImage image = image();
    Place place = find(image, value(1));
    Random random = new Random(5);
    for (int i = 0; i < 20; i++) {
      MemoryDisk disk =
          new MemoryDisk(damaged(image, place, random.nextInt(VALUE_BYTES)).toFileSystem());
      try (Store store = disk.open(OPTIONS)) {
        assertThrows(CorruptionException.class, () -> store.tree("t").get(key(1)));
      }
    }
  }

  @Test
  void missingValueFile_isToldAtOpening() {
    StoreImage image = image();
    Place place = find(image, value(3));
    MemoryDisk disk = new MemoryDisk(image.without(place.name()).toFileSystem());
    CorruptionException e =
        assertThrows(CorruptionException.class, () -> disk.open(OPTIONS).close());
    assertTrue(e.file().endsWith(place.name()), e.getMessage());
  }

  @Test
  void repair_losesTheDamagedValueAlone() {
    StoreImage image = image();
    Place place = find(image, value(3));
    MemoryDisk disk = new MemoryDisk(damaged(image, place, 9).toFileSystem());
    RepairReport report =
        StoreAccess.repair(MemoryDisk.DIRECTORY, MemoryDisk.DIRECTORY, disk.files());
    assertEquals(1, report.losses().size());
    assertArrayEquals(key(3), report.losses().getFirst().from());
    assertHoldsAllBut(disk, List.of(3));
  }

  @Test
  void repair_withoutManifest_keepsTheValues() {
    StoreImage image = image();
    for (String name : image.names()) {
      if (FileName.manifestNumber(name).isPresent()) {
        image = image.without(name);
      }
    }
    MemoryDisk disk = new MemoryDisk(image.toFileSystem());
    StoreAccess.repair(MemoryDisk.DIRECTORY, MemoryDisk.DIRECTORY, disk.files());
    assertHoldsAllBut(disk, List.of());
  }

  private static void assertHoldsAllBut(MemoryDisk disk, List<Integer> lost) {
    try (Store store = disk.open(OPTIONS)) {
      Tree tree = store.tree("t");
      for (int i = 0; i < KEYS; i++) {
        if (lost.contains(i)) {
          assertNull(tree.get(key(i)));
        } else {
          assertArrayEquals(value(i), tree.get(key(i)));
        }
      }
      assertTrue(store.verify().isIntact());
    }
  }
}
