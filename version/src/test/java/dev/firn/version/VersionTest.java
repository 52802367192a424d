package dev.firn.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.firn.core.InternalCursor;
import dev.firn.core.SequenceNumber;
import dev.firn.core.file.FileOperation;
import dev.firn.error.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class VersionTest {

  /** A cursor over a run of several tables moves like a cursor over a list. */
  @Test
  void runCursor_likeSortedList() {
    for (int round = 0; round < 15; round++) {
      Random random = Seeds.random(round);
      TreeSet<Entry> entries = new TreeSet<>(Entry.ORDER);
      for (int i = 0; i < 400; i++) {
        byte[] user = {'u', (byte) random.nextInt(128), (byte) random.nextInt(2)};
        entries.add(
            new Entry(
                Entry.key(1 + random.nextInt(2), user),
                SequenceNumber.trailer(random.nextInt(5), 1),
                new byte[random.nextInt(9)]));
      }
      try (TestStore store = new TestStore()) {
        store.versions.createTree("one");
        store.versions.createTree("two");
        store.tableBytes = 600;
        store.flush(List.copyOf(entries), 0, 1, 2, 3, 4);
        Version version = store.versions.current();
        assertEquals(1, version.runs(0));
        assertEquals(true, version.tables().size() > 3);
        List<InternalCursor> cursors = new ArrayList<>();
        version.addCursors(cursors);
        CursorModel.compare(random, cursors.getFirst(), new ListCursor(List.copyOf(entries)));
        version.release();
      }
    }
  }

  /** With several versions of keys in several runs, each reader sees its own. */
  @Test
  void get_newestAtOrBelow() {
    try (TestStore store = new TestStore()) {
      store.versions.createTree("one");
      store.flush(List.of(Entry.parse("a#1,PUT"), Entry.parse("a#3,PUT")), 1, 2, 3);
      store.flush(List.of(Entry.parse("a#5,DELETE"), Entry.parse("b#6,PUT")), 3, 6);
      store.flush(List.of(Entry.parse("a#8,PUT")), 6, 8);
      byte[] key = Entry.key("a");
      List<String> seen = new ArrayList<>();
      for (long reader = 0; reader < 10; reader++) {
        seen.add("" + store.get(key, reader));
      }
      assertEquals(
          "[null, a#1,PUT, a#1,PUT, a#3,PUT, a#3,PUT, a#5,DELETE, a#5,DELETE, a#5,DELETE,"
              + " a#8,PUT, a#8,PUT]",
          seen.toString());
      assertNull(store.get(Entry.key("aa"), 9));
      assertNotNull(store.get(Entry.key("b"), 9));
      assertNull(store.get(Entry.key("c"), 9));
    }
  }

  /** When a table cannot be opened, the version stays and nothing stays open. */
  @Test
  void next_failingToOpen() {
    try (TestStore store = new TestStore()) {
      store.versions.createTree("one");
      store.flush(List.of(Entry.parse("a#1,PUT")), 1);
      VersionEdit flushed = store.write(List.of(Entry.parse("b#2,PUT")));
      for (VersionEdit.TableAdded added : flushed.all(VersionEdit.TableAdded.class)) {
        store.versions.pendingOutputs().drop(added.table());
      }
      int open = store.files.openFiles().size();
      store.files.failBefore(
          (operation, path) -> {
            if (operation == FileOperation.OPEN_READ) {
              throw new StorageException(path, "cannot be opened", null);
            }
          });
      assertThrows(StorageException.class, () -> store.versions.apply(flushed));
      store.files.failBefore((operation, path) -> {});
      assertEquals(open, store.files.openFiles().size());
      store.versions.apply(flushed);
      assertEquals("[a#1,PUT, b#2,PUT]", store.entries().toString());
    }
  }
}
