package dev.firn.test.damage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.RecoveryReport;
import dev.firn.Store;
import dev.firn.error.CorruptionException;
import dev.firn.test.MemoryDisk;
import dev.firn.test.StoreImage;
import dev.firn.test.history.StampedState;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The journal's tail and what lies before it: a torn tail is cut off and reported, damage before it
 * refuses to open, and with the option to salvage everything up to the damage is there.
 */
final class JournalDamageTest {

  private final Sample sample = Sample.killed();

  @Test
  void killedStore_opensWithEverythingAndNoTornTail() {
    try (Store store = new MemoryDisk(sample.image().toFileSystem()).open(Sample.options())) {
      assertEquals(sample.batches(), StampedState.read(Sample.CAST, store).numbers()[0]);
      RecoveryReport report = store.recovery();
      assertNull(report.tornTail(), report::toString);
      assertTrue(report.records() > 0 && report.entries() >= report.records(), report::toString);
    }
  }

  @Test
  void lastRecord_damaged_isCutOffAndReported() {
    String name = lastJournal();
    byte[] file = sample.image().bytes(name);
    int at = lastIndexOf(file, stamp(sample.batches()));
    file[at] ^= 1;
    MemoryDisk disk = new MemoryDisk(sample.image().with(name, file).toFileSystem());
    try (Store store = disk.open(Sample.options())) {
      assertEquals(sample.batches() - 1, StampedState.read(Sample.CAST, store).numbers()[0]);
      RecoveryReport report = store.recovery();
      RecoveryReport.TornTail torn = report.tornTail();
      assertNotNull(torn);
      assertTrue(torn.file().endsWith(name), report::toString);
      assertTrue(torn.offset() > 0 && torn.offset() < at, report::toString);
      assertTrue(torn.droppedBytes() > 0, report::toString);
    }
    // Cut off once, it is gone: the next opening finds nothing torn.
    try (Store store = disk.open(Sample.options())) {
      assertEquals(sample.batches() - 1, StampedState.read(Sample.CAST, store).numbers()[0]);
      assertNull(store.recovery().tornTail());
    }
  }

  @Test
  void earlierRecord_damaged_refusesToOpenAndTouchesNothing() {
    StoreImage damaged = damagedBeforeTail();
    MemoryDisk disk = new MemoryDisk(damaged.toFileSystem());
    CorruptionException e =
        assertThrows(CorruptionException.class, () -> disk.open(Sample.options()));
    assertTrue(e.file().endsWith(lastJournal()), e::getMessage);
    assertTrue(e.offset() > 0, e::getMessage);
    assertTrue(String.valueOf(e.getMessage()).contains(e.file()));
    assertEquals(List.of(), damaged.differences(StoreImage.of(disk.files(), MemoryDisk.DIRECTORY)));
    disk.assertNothingOpen();
  }

  @Test
  void earlierRecord_damaged_salvageKeepsWhatComesBefore() {
    MemoryDisk disk = new MemoryDisk(damagedBeforeTail().toFileSystem());
    long kept;
    try (Store store = disk.open(Sample.options().toBuilder().salvage(true).build())) {
      kept = StampedState.read(Sample.CAST, store).numbers()[0];
      assertEquals(damagedBatch() - 1, kept);
      RecoveryReport report = store.recovery();
      assertNotNull(report.damage(), report::toString);
      assertTrue(report.damage().file().endsWith(lastJournal()), report::toString);
      assertNotNull(report.tornTail(), report::toString);
      assertTrue(report.tornTail().droppedBytes() > 0, report::toString);
      store.tree("alpha").put(new byte[] {1}, new byte[] {2});
      store.tree("alpha").delete(new byte[] {1});
    }
    try (Store store = disk.open(Sample.options())) {
      assertEquals(kept, StampedState.read(Sample.CAST, store).numbers()[0]);
      assertTrue(store.verify().isIntact());
    }
  }

  /** A batch with a few after it that say that it was there. */
  private long damagedBatch() {
    return sample.batches() - 6;
  }

  private StoreImage damagedBeforeTail() {
    String name = lastJournal();
    byte[] file = sample.image().bytes(name);
    int at = lastIndexOf(file, stamp(damagedBatch()));
    file[at] ^= 1;
    return sample.image().with(name, file);
  }

  private String lastJournal() {
    return sample.newestJournal();
  }

  /** A key that one batch has alone. */
  private static byte[] stamp(long batch) {
    return Sample.keyOf(batch);
  }

  private static int lastIndexOf(byte[] bytes, byte[] part) {
    int found = -1;
    for (int i = 0; i + part.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        found = i;
      }
    }
    return found;
  }
}
