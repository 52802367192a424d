package dev.firn;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.file.MemoryFileSystem;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the store's clock has shown outlives a power cut, where flushes or compactions ended. */
class ClockMarksTest {

  private static final Path FOLDER = Path.of("/store");
  private static final Duration HOUR = Duration.ofHours(1);

  private final TestClock clock = new TestClock();

  private Store open(MemoryFileSystem files) {
    return Store.open(FOLDER, StoreOptions.builder().clock(clock).build(), files);
  }

  @Test
  void powerCutAfterAFlush_andAClockThatWasSetBack_bringNothingBack() {
    MemoryFileSystem files = new MemoryFileSystem();
    byte[] key = {1};
    try (Store store = open(files)) {
      Tree tree = store.tree("t");
      tree.put(key, key, HOUR);
      store.flush();
      clock.advance(HOUR);
      assertFalse(tree.contains(key));
      tree.put(new byte[] {2}, key);
      store.flush();
      MemoryFileSystem cut = files.crashCloneSyncedOnly();
      clock.back(Duration.ofDays(1));
      try (Store after = open(cut)) {
        assertFalse(after.tree("t").contains(key));
        assertTrue(after.tree("t").contains(new byte[] {2}));
      }
    }
  }

  @Test
  void entriesInTheJournal_expireAfterRecovery() {
    MemoryFileSystem files = new MemoryFileSystem();
    byte[] key = {1};
    try (Store store = open(files)) {
      store.tree("t").put(key, key, HOUR, Durability.SYNCED);
      try (Store after = open(files.crashCloneSyncedOnly())) {
        Tree tree = after.tree("t");
        try (Cursor cursor = tree.cursor()) {
          clock.advance(HOUR);
          assertTrue(cursor.first());
        }
        assertFalse(tree.contains(key));
        try (Cursor cursor = tree.cursor()) {
          assertFalse(cursor.first());
        }
      }
    }
  }
}
