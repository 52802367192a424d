package dev.firn.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.file.FaultInjection;
import dev.firn.core.file.FileOperation;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.StorageException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * A segment that the device cannot read: if it is needed, recovery refuses the journal and does not
 * change it, because the segment may be readable later; otherwise it is deleted.
 */
final class JournalUnreadableFileTest {

  private static final Path STORE = Path.of("/store");

  private final MemoryFileSystem files = new MemoryFileSystem();
  private final TestJournal store = TestJournal.create(files, STORE);

  /** The file system after a kill, on a device that fails to read one file. */
  private MemoryFileSystem killed(Path unreadable) {
    MemoryFileSystem fs = files.processKillClone();
    fs.failBefore(
        (operation, path) -> {
          if (operation == FileOperation.READ && path.equals(unreadable)) {
            throw new StorageException(path, "cannot be read at position 0", null);
          }
        });
    return fs;
  }

  @Test
  void segmentBelowTheFloor_isDeleted() {
    store.append("first", 100, 2);
    Path old = store.active.path();
    store.rotate(0);
    store.append("second", 100, 2);
    store.active.sync();
    store.floor = store.active.number();
    store.floorSequence = 3;
    MemoryFileSystem fs = killed(old);
    try (TestJournal again = store.reopen(fs, false)) {
      assertEquals(store.written, again.written);
      assertNull(again.tail.damage());
      assertFalse(fs.exists(old));
    }
    store.close();
  }

  @Test
  void neededSegment_isRefusedAndLeftAlone_alsoBySalvage() {
    for (int i = 0; i < 3; i++) {
      store.append("key" + i, 100, 2);
      store.rotate(0);
    }
    for (JournalSegment segment : store.segments) {
      for (boolean salvage : new boolean[] {false, true}) {
        MemoryFileSystem fs = killed(segment.path());
        StorageException e =
            assertThrows(StorageException.class, () -> store.reopen(fs, salvage).close());
        assertTrue(e.getMessage().contains(segment.path() + ": "), e::getMessage);
        assertTrue(fs.openFiles().isEmpty(), () -> "open: " + fs.openFiles());
        fs.failBefore(FaultInjection.NONE);
        try (TestJournal again = store.reopen(fs, false)) {
          assertEquals(store.written, again.written);
        }
      }
    }
    store.close();
  }
}
