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
import dev.firn.test.fixture.DamageFixture;
import dev.firn.test.fixture.StoreContents;
import dev.firn.wal.JournalFormat;
import dev.firn.wal.JournalSeal;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A torn end of the journal is cut off and reported; damage elsewhere refuses to open; salvage
 * keeps everything up to the damage.
 */
final class JournalDamageTest {

  /** Records after the damaged one, which prove that it was complete. */
  private static final int LATER_RECORDS = 4;

  private final DamageFixture fixture = DamageFixture.killed();
  private final String name = fixture.newestJournal();

  @Test
  void killedStore_opensWithEverythingAndNoTornTail() {
    try (Store store = new MemoryDisk(fixture.files()).open(DamageFixture.options())) {
      assertTrue(fixture.isWhole(store));
      RecoveryReport report = store.recovery();
      assertNull(report.tornTail(), report::toString);
      assertTrue(report.records() > 0 && report.entries() >= report.records(), report::toString);
    }
  }

  @Test
  void lastRecord_damaged_isCutOffAndReported() {
    byte[] file = fixture.image().bytes(name);
    int at = recordBody(file, 0);
    file[at] ^= 1;
    MemoryDisk disk = new MemoryDisk(fixture.image().with(name, file).toFileSystem());
    try (Store store = disk.open(DamageFixture.options())) {
      assertState(fixture.last() - 1, store);
      RecoveryReport report = store.recovery();
      RecoveryReport.TornTail torn = report.tornTail();
      assertNotNull(torn);
      assertTrue(torn.file().endsWith(name), report::toString);
      assertTrue(torn.offset() > 0 && torn.offset() < at, report::toString);
      assertTrue(torn.droppedBytes() > 0, report::toString);
    }
    // The end was cut off once: the next opening finds nothing torn.
    try (Store store = disk.open(DamageFixture.options())) {
      assertState(fixture.last() - 1, store);
      assertNull(store.recovery().tornTail());
    }
  }

  @Test
  void earlierRecord_damaged_refusesToOpenAndTouchesNothing() {
    StoreImage damaged = damagedBeforeTail();
    MemoryDisk disk = new MemoryDisk(damaged.toFileSystem());
    CorruptionException e =
        assertThrows(CorruptionException.class, () -> disk.open(DamageFixture.options()));
    assertTrue(e.file().endsWith(name), e::getMessage);
    assertTrue(e.offset() > 0, e::getMessage);
    assertTrue(String.valueOf(e.getMessage()).contains(e.file()));
    assertEquals(List.of(), damaged.differences(StoreImage.of(disk.files(), MemoryDisk.DIRECTORY)));
    disk.assertNothingOpen();
  }

  @Test
  void earlierRecord_damaged_salvageKeepsWhatComesBefore() {
    MemoryDisk disk = new MemoryDisk(damagedBeforeTail().toFileSystem());
    int kept = fixture.last() - LATER_RECORDS - 1;
    try (Store store = disk.open(DamageFixture.options().toBuilder().salvage(true).build())) {
      assertState(kept, store);
      RecoveryReport report = store.recovery();
      assertNotNull(report.damage(), report::toString);
      assertTrue(report.damage().file().endsWith(name), report::toString);
      assertNotNull(report.tornTail(), report::toString);
      assertTrue(report.tornTail().droppedBytes() > 0, report::toString);
      store.tree("a").put(new byte[] {1}, new byte[] {2});
      store.tree("a").delete(new byte[] {1});
    }
    try (Store store = disk.open(DamageFixture.options())) {
      assertState(kept, store);
      assertTrue(store.verify().isIntact());
    }
  }

  private void assertState(int state, Store store) {
    assertEquals(fixture.states().get(state), StoreContents.read(store), "state " + state);
  }

  private StoreImage damagedBeforeTail() {
    byte[] file = fixture.image().bytes(name);
    file[recordBody(file, LATER_RECORDS)] ^= 1;
    return fixture.image().with(name, file);
  }

  /** The offset of the body of a record, counted from the last; a batch is one record. */
  private static int recordBody(byte[] file, int fromLast) {
    List<Integer> starts = JournalSeal.starts(file);
    return starts.get(starts.size() - 1 - fromLast) + JournalFormat.RECORD_HEADER_BYTES;
  }
}
