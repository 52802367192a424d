package dev.firn.test.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.core.SequenceNumber;
import dev.firn.core.file.FileName;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.CorruptionException;
import dev.firn.error.StorageException;
import dev.firn.test.Deadline;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import dev.firn.test.TinyOptions;
import dev.firn.version.ManifestParts;
import dev.firn.version.StoreState;
import dev.firn.version.TreeCatalogue;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A forged manifest with right checksums: a store must not continue from nonsense. */
final class ForgedManifestTest {

  private static final long STORE_ID = 0x77;

  private static final int FIRST_LONG_ID = 1 << 14;

  private static final int MANY_TREES = 80_000;

  private final StoreImage image = store();
  private final String name =
      image.names().stream().filter(n -> StoreImage.kind(n).equals("manifest")).findFirst().get();
  private final long number = FileName.manifestNumber(name).orElseThrow();
  private final StoreState state = state();

  @Test
  void unchangedManifest_opens() {
    try (Store store = open(state.lastSequence())) {
      assertEquals(List.of("t"), store.treeNames());
    }
  }

  /** The next write would get a sequence that does not fit into an entry. */
  @Test
  void lastSequence_nearItsEnd_isRefused() {
    for (long last : new long[] {SequenceNumber.MAX, SequenceNumber.MAX - 1}) {
      assertRefused(last);
    }
  }

  /** New writes would look older than the entries of the table. */
  @Test
  void lastSequence_belowThoseOfTables_isRefused() {
    assertRefused(state.lastSequence() - 1);
  }

  /** The time for reading a tree must not grow with the number of trees. */
  @Test
  void manyTrees_areReadSoon() throws Exception {
    ByteArrayOutputStream edit = new ByteArrayOutputStream();
    for (int id = FIRST_LONG_ID; id <= MANY_TREES; id++) {
      byte[] treeName = ("t" + id).getBytes(StandardCharsets.US_ASCII);
      // The tag of a created tree; its id, a varint of three bytes; its name.
      edit.write(new byte[] {6, (byte) (id | 0x80), (byte) (id >> 7 | 0x80), (byte) (id >> 14)});
      edit.write(treeName.length);
      edit.write(treeName);
    }
    byte[] manifest = ManifestParts.manifest(List.of(edit.toByteArray()), number, STORE_ID);
    MemoryFileSystem files = image.with(name, manifest).toFileSystem();
    StoreState read =
        Deadline.call(
            Duration.ofSeconds(10), () -> ManifestParts.read(files, MemoryDisk.DIRECTORY, number));
    assertEquals(MANY_TREES - FIRST_LONG_ID + 1, read.trees().names().size());
  }

  /** The last tree id can be given; after it a new tree is refused and all else works. */
  @Test
  void nextTreeId_atItsEnd_refusesNewTrees() {
    for (int left = 0; left < 2; left++) {
      try (Store store =
          open(ManifestParts.withNextTreeId(state, TreeCatalogue.MAX_ID + 1 - left))) {
        byte[] key = {1};
        for (int i = 0; i < left; i++) {
          store.tree("last").put(key, key);
        }
        for (int i = 0; i < 2; i++) {
          StorageException e = assertThrows(StorageException.class, () -> store.tree("new"));
          assertTrue(e.getMessage().contains("all ids up to 2147483646"), e::getMessage);
        }
        assertTrue(store.health().isHealthy(), () -> "health: " + store.health());
        store.tree("t").put(key, key, Durability.SYNCED);
        store.flush();
        assertArrayEquals(key, store.tree("t").get(key));
        assertTrue(store.dropTree("t"));
        assertThrows(StorageException.class, () -> store.tree("t"));
        assertEquals(left == 0 ? List.of() : List.of("last"), store.treeNames());
      }
    }
  }

  private void assertRefused(long lastSequence) {
    CorruptionException e =
        assertThrows(CorruptionException.class, () -> open(lastSequence).close());
    assertTrue(e.file().endsWith(name), e.getMessage());
  }

  private Store open(long lastSequence) {
    return open(
        new StoreState(
            state.shape(),
            state.trees(),
            state.nextFileNumber(),
            state.journalFloor(),
            state.journalHead(),
            lastSequence,
            state.valueFiles(),
            state.clock()));
  }

  private Store open(StoreState forged) {
    byte[] snapshot = ManifestParts.snapshot(forged);
    byte[] manifest = ManifestParts.manifest(List.of(snapshot), number, STORE_ID);
    String line =
        ManifestParts.currentLine(
            "firn 1 manifest %d bytes %d store %016x".formatted(number, manifest.length, STORE_ID));
    StoreImage made =
        image.with(name, manifest).with(FileName.CURRENT, line.getBytes(StandardCharsets.US_ASCII));
    return new MemoryDisk(made.toFileSystem()).open(TinyOptions.smallest());
  }

  private StoreState state() {
    return ManifestParts.read(image.toFileSystem(), MemoryDisk.DIRECTORY, number);
  }

  /** Closed normally: all entries are in a table. */
  private static StoreImage store() {
    MemoryFileSystem files = new MemoryFileSystem();
    try (Store store = new MemoryDisk(files).open(TinyOptions.smallest())) {
      for (int i = 0; i < 9; i++) {
        store.tree("t").put(new byte[] {(byte) i}, new byte[i]);
      }
    }
    return StoreImage.of(files, MemoryDisk.DIRECTORY);
  }
}
