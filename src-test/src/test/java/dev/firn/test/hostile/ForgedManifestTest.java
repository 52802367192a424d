package dev.firn.test.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Store;
import dev.firn.compaction.ManifestParts;
import dev.firn.compaction.StoreState;
import dev.firn.core.SequenceNumber;
import dev.firn.core.file.FileName;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.CorruptionException;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import dev.firn.test.TinyOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A manifest that somebody made, with right checksums: a store must not go on from nonsense. */
final class ForgedManifestTest {

  private static final long STORE_ID = 0x77;

  private final StoreImage image = store();
  private final String name =
      image.names().stream().filter(n -> StoreImage.kind(n).equals("manifest")).findFirst().get();
  private final long number = FileName.manifestNumber(name).orElseThrow();
  private final StoreState state = state();

  @Test
  void same_opens() {
    try (Store store = open(state.lastSequence())) {
      assertEquals(List.of("t"), store.trees());
    }
  }

  /** The next write would have a sequence that does not fit into an entry. */
  @Test
  void lastSequence_nearItsEnd() {
    for (long last : new long[] {SequenceNumber.MAX, SequenceNumber.MAX - 1}) {
      assertRefused(last);
    }
  }

  /** New writes would be taken for older than what is in the table. */
  @Test
  void lastSequence_belowThoseOfTables() {
    assertRefused(state.lastSequence() - 1);
  }

  private void assertRefused(long lastSequence) {
    CorruptionException e =
        assertThrows(CorruptionException.class, () -> open(lastSequence).close());
    assertTrue(e.file().endsWith(name), e.getMessage());
  }

  /** Opens the store with another last sequence in its manifest. */
  private Store open(long lastSequence) {
    byte[] snapshot =
        ManifestParts.snapshot(
            new StoreState(
                state.shape(),
                state.trees(),
                state.nextFileNumber(),
                state.journalFloor(),
                lastSequence));
    byte[] manifest = ManifestParts.manifest(List.of(snapshot), number, STORE_ID);
    String line =
        ManifestParts.currentLine(
            "firn 1 manifest %d bytes %d store %016x".formatted(number, manifest.length, STORE_ID));
    StoreImage forged =
        image.with(name, manifest).with(FileName.CURRENT, line.getBytes(StandardCharsets.US_ASCII));
    return new MemoryDisk(forged.toFileSystem()).open(TinyOptions.smallest());
  }

  private StoreState state() {
    return ManifestParts.read(image.toFileSystem(), MemoryDisk.DIRECTORY, number);
  }

  /** Closed in order, so that all of it is in a table. */
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
