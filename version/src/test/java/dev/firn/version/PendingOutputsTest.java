package dev.firn.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.file.FileOperation;
import dev.firn.core.file.MappedFile;
import dev.firn.error.CorruptionException;
import dev.firn.error.StorageException;
import dev.firn.sstable.TableMetadata;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PendingOutputsTest {

  private static final int ENTRIES = 100;

  private final TestStore store = new TestStore();
  private final List<Entry> entries = new ArrayList<>();

  @BeforeEach
  void createTree() {
    store.versions.createTree("one");
    for (int i = 0; i < ENTRIES; i++) {
      entries.add(Entry.parse("a%03d#%d,PUT".formatted(i, i + 1)));
    }
  }

  /** A table that is not what was written is refused, wherever the damage is. */
  @ParameterizedTest
  @ValueSource(ints = {1, 10, 50, 90, 99})
  void add_damagedTable_isRefused(int percent) {
    int open = store.files.openFiles().size();
    onceBefore(FileOperation.OPEN_READ, path -> flip(path, percent));
    CorruptionException e =
        assertThrows(CorruptionException.class, () -> store.flush(entries, 2000));
    assertTrue(e.file().endsWith(".table"), e::getMessage);
    assertEquals(open, store.files.openFiles().size());
    assertEquals(List.of(), store.entries());
  }

  @Test
  void add_unreadableTable_isRefused() {
    int open = store.files.openFiles().size();
    onceBefore(
        FileOperation.READ,
        path -> {
          throw new StorageException(path, "cannot be read", null);
        });
    assertThrows(StorageException.class, () -> store.flush(entries, 2000));
    assertEquals(open, store.files.openFiles().size());
    assertEquals(List.of(), store.entries());
  }

  /** A version takes tables that are open and read back: the first reads check nothing. */
  @Test
  void take_hasEveryBlockChecked() {
    store.flush(entries, 2000);
    AtomicInteger reads = new AtomicInteger();
    store.files.failBefore(
        (operation, path) -> {
          if (operation == FileOperation.READ || operation == FileOperation.OPEN_READ) {
            reads.incrementAndGet();
          }
        });
    for (Entry entry : entries) {
      assertNotNull(store.get(entry.key(), 2000));
    }
    assertEquals(0, reads.get());
  }

  @Test
  void take_droppedTable_opensItAgain() {
    int open = store.files.openFiles().size();
    VersionEdit edit = store.write(entries);
    List<TableMetadata> tables =
        edit.all(VersionEdit.TableAdded.class).stream().map(VersionEdit.TableAdded::table).toList();
    assertEquals(open + tables.size(), store.files.openFiles().size());
    tables.forEach(store.versions.pendingOutputs()::drop);
    assertEquals(open, store.files.openFiles().size());
    store.versions.apply(edit);
    assertEquals(entries, store.entries());
  }

  /** A table whose edit is never applied leaves a file, which the next open deletes. */
  @Test
  void close_releasesTablesThatWereNotTaken() {
    store.write(entries);
    store.close();
    assertEquals(List.of(), store.files.openFiles());
    try (TestStore reopened = new TestStore(store.files)) {
      reopened.checkFiles();
    }
  }

  private interface Action {
    void on(Path path);
  }

  private void onceBefore(FileOperation wanted, Action action) {
    store.files.failBefore(
        (operation, path) -> {
          if (operation == wanted && path.toString().endsWith(".table")) {
            store.files.failBefore((any, other) -> {});
            action.on(path);
          }
        });
  }

  private void flip(Path path, int percent) {
    try (MappedFile file = store.files.map(path);
        Arena arena = Arena.ofConfined()) {
      long at = file.size() * percent / 100;
      MemorySegment flipped = arena.allocate(1);
      byte old = file.memory().get(ValueLayout.JAVA_BYTE, at);
      flipped.set(ValueLayout.JAVA_BYTE, 0, (byte) (old ^ 4));
      file.write(at, flipped, 0, 1);
    }
  }
}
