package dev.firn.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.file.FaultInjection;
import dev.firn.core.file.FileName;
import dev.firn.core.file.FileOperation;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.CorruptionException;
import dev.firn.error.FirnException;
import dev.firn.error.StorageException;
import dev.firn.error.StoreFailedException;
import dev.firn.sstable.BlockCache;
import dev.firn.version.VersionEdit.JournalFloor;
import dev.firn.version.VersionEdit.LastSequence;
import dev.firn.version.VersionEdit.TableRemoved;
import dev.firn.version.VersionEdit.TreeCreated;
import dev.firn.version.VersionEdit.TreeDropped;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class VersionSetTest {

  private static final Path FOLDER = TestStore.FOLDER;

  private final MemoryFileSystem files = new MemoryFileSystem();

  private static List<Entry> entries(String text) {
    return List.of(text.split(" ")).stream().map(Entry::parse).toList();
  }

  /** A store with two trees and a few tables. */
  private void makeStore() {
    try (TestStore store = new TestStore(files)) {
      store.versions.createTree("one");
      store.versions.createTree("two");
      store.flush(entries("a#1,PUT b#2,PUT 2/c#3,PUT"), 3);
      store.flush(entries("a#4,PUT d#5,PUT"), 5);
    }
  }

  /** Checks that opening fails with this exception and changes nothing in the folder. */
  private <E extends FirnException> E assertRefused(Class<E> type) {
    Map<String, String> before = TestFiles.content(files, FOLDER);
    E thrown = assertThrows(type, () -> new TestStore(files).close());
    assertEquals(before, TestFiles.content(files, FOLDER));
    assertEquals(List.of(), files.openFiles());
    return thrown;
  }

  private Path path(String name) {
    return FOLDER.resolve(name);
  }

  private String nameOf(String start, String end) {
    return files.list(FOLDER).stream()
        .filter(name -> name.startsWith(start) && name.endsWith(end))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void open_again() {
    makeStore();
    for (int i = 0; i < 3; i++) {
      try (TestStore store = new TestStore(files)) {
        assertEquals(List.of("one", "two"), store.versions.trees().names());
        assertEquals(2, store.versions.trees().id("two").orElseThrow());
        assertEquals(5, store.versions.state().lastSequence());
        assertEquals(2, store.versions.state().shape().runs(0).size());
        assertEquals("[a#4,PUT, a#1,PUT, b#2,PUT, d#5,PUT, 2/c#3,PUT]", store.entries().toString());
        assertFalse(store.versions.recoveredTail().isTorn());
        assertEquals(42, store.versions.storeId());
        store.checkFiles();
      }
    }
  }

  @Test
  void open_noStore() {
    files.createDirectories(FOLDER);
    try (BlockCache cache = new BlockCache(0)) {
      assertThrows(
          StorageException.class,
          () -> VersionSet.open(files, FOLDER, cache, Runnable::run, 1, false));
    }
    assertEquals(List.of(), files.list(FOLDER));
  }

  @Test
  void current_missing() {
    makeStore();
    files.delete(path("CURRENT"));
    assertTrue(assertRefused(CorruptionException.class).file().endsWith("CURRENT"));
  }

  @Test
  void current_missingWithJournalOnly() {
    files.createDirectories(FOLDER);
    TestFiles.write(files, path("000003.journal"), new byte[64]);
    assertTrue(assertRefused(CorruptionException.class).file().endsWith("CURRENT"));
  }

  /** A crash while the store was being created may leave these files. */
  @Test
  void current_neverWritten() {
    files.createDirectories(FOLDER);
    TestFiles.write(files, path("LOCK"), new byte[10]);
    TestFiles.write(files, path("manifest-000001"), new byte[10]);
    TestFiles.write(files, path("CURRENT.tmp"), new byte[10]);
    try (TestStore store = new TestStore(files)) {
      assertEquals(3, store.versions.allocateNumber());
    }
    assertEquals(List.of("CURRENT", "LOCK", "manifest-000002"), files.list(FOLDER));
  }

  @Test
  void current_damaged() {
    makeStore();
    byte[] current = TestFiles.read(files, path("CURRENT"));
    for (byte[] damaged :
        List.of(
            new byte[0],
            new byte[300],
            "manifest-000001\n".getBytes(StandardCharsets.US_ASCII),
            TestFiles.withBitFlipped(current, 100))) {
      TestFiles.write(files, path("CURRENT"), damaged);
      assertTrue(assertRefused(CorruptionException.class).file().endsWith("CURRENT"));
    }
  }

  @Test
  void manifest_missing() {
    makeStore();
    String manifest = nameOf("manifest-", "");
    files.delete(path(manifest));
    assertTrue(assertRefused(CorruptionException.class).file().endsWith(manifest));
  }

  @Test
  void manifest_empty() {
    makeStore();
    String manifest = nameOf("manifest-", "");
    TestFiles.write(files, path(manifest), new byte[0]);
    assertTrue(assertRefused(CorruptionException.class).file().endsWith(manifest));
  }

  @Test
  void manifest_ofAnotherStore() {
    makeStore();
    long number = FileName.manifestNumber(nameOf("manifest-", "")).orElseThrow();
    byte[] other = new CurrentFile(number, 100, 43).text().getBytes(StandardCharsets.US_ASCII);
    TestFiles.write(files, path("CURRENT"), other);
    assertRefused(CorruptionException.class);
  }

  /** After a clean close, a manifest that ends early is damaged, not torn. */
  @Test
  void manifest_shorterThanAtClose() {
    makeStore();
    String manifest = nameOf("manifest-", "");
    byte[] whole = TestFiles.read(files, path(manifest));
    TestFiles.write(files, path(manifest), Arrays.copyOf(whole, whole.length - 16));
    assertTrue(assertRefused(CorruptionException.class).file().endsWith(manifest));
  }

  @Test
  void begin_failing() {
    for (FileOperation failing :
        List.of(
            FileOperation.CREATE,
            FileOperation.APPEND,
            FileOperation.SYNC,
            FileOperation.RENAME,
            FileOperation.SYNC_DIRECTORY,
            FileOperation.DELETE)) {
      MemoryFileSystem fresh = new MemoryFileSystem();
      fresh.createDirectories(FOLDER);
      try (BlockCache cache = new BlockCache(0);
          VersionSet versions = VersionSet.open(fresh, FOLDER, cache, Runnable::run, 1, true)) {
        fresh.failBefore(
            (operation, path) -> {
              if (operation == failing) {
                throw new StorageException(path, "cannot: " + operation, null);
              }
            });
        assertThrows(StorageException.class, versions::begin);
        assertThrows(StoreFailedException.class, () -> versions.createTree("one"));
      }
      fresh.failBefore((operation, path) -> {});
      assertEquals(List.of(), fresh.openFiles());
      new TestStore(fresh).close();
    }
  }

  @Test
  void table_missing() {
    makeStore();
    String table = nameOf("", ".table");
    files.delete(path(table));
    assertTrue(assertRefused(CorruptionException.class).file().endsWith(table));
  }

  @Test
  void table_otherBytes() {
    makeStore();
    String table = nameOf("", ".table");
    TestFiles.write(files, path(table), new byte[1000]);
    try (TestStore store = new TestStore(files)) {
      CorruptionException e =
          assertThrows(CorruptionException.class, () -> store.get(Entry.key("b"), 5));
      assertTrue(e.file().endsWith(table));
      assertEquals("d#5,PUT", String.valueOf(store.get(Entry.key("d"), 5)));
    }
  }

  @Test
  void open_deletesOnlyOurFiles() {
    makeStore();
    List<String> ours = files.list(FOLDER);
    List<String> obsolete =
        List.of("000900.table", "000901.table.tmp", "manifest-000902", "CURRENT.tmp");
    List<String> others =
        List.of("000903.journal", "notes.txt", "x.tmp", "1.table", "manifest-x", "a.table");
    for (String name : obsolete) {
      TestFiles.write(files, path(name), new byte[1]);
    }
    for (String name : others) {
      TestFiles.write(files, path(name), new byte[1]);
    }
    files.createDirectories(path("000904.table"));
    try (TestStore store = new TestStore(files)) {
      assertEquals(906, store.versions.allocateNumber());
    }
    List<String> expected = new ArrayList<>(others);
    expected.add("000904.table");
    ours.stream().filter(name -> !name.startsWith("manifest-")).forEach(expected::add);
    expected.add("manifest-000905");
    expected.sort(null);
    assertEquals(expected, files.list(FOLDER));
  }

  @Test
  void numbers_neverTwice() {
    long last;
    try (TestStore store = new TestStore(files)) {
      store.versions.allocateNumber();
      last = store.versions.allocateNumber();
      store.versions.apply(VersionEdit.of(new JournalFloor(1)));
    }
    try (TestStore store = new TestStore(files)) {
      assertTrue(store.versions.allocateNumber() > last);
    }
  }

  @Test
  void apply_editThatDoesNotFit() {
    try (TestStore store = new TestStore(files)) {
      store.versions.createTree("one");
      store.flush(entries("a#1,PUT"), 1);
      assertThrows(
          IllegalArgumentException.class,
          () -> store.versions.apply(VersionEdit.of(new TableRemoved(1, 2, 3))));
      store.flush(entries("b#2,PUT"), 2);
      assertEquals("[a#1,PUT, b#2,PUT]", store.entries().toString());
    }
  }

  /** After any failure to write an edit: no further edit, and no further operation on a file. */
  @Test
  void apply_failing() {
    for (FileOperation failing :
        List.of(FileOperation.APPEND, FileOperation.SYNC, FileOperation.SYNC_DIRECTORY)) {
      MemoryFileSystem fresh = new MemoryFileSystem();
      TestStore store = new TestStore(fresh);
      store.versions.createTree("one");
      store.flush(entries("a#1,PUT"), 1);
      Version before = store.versions.current();
      VersionEdit flushed = store.write(entries("b#2,PUT")).with(new LastSequence(2));
      fresh.failBefore(
          (operation, path) -> {
            if (operation == failing) {
              throw new StorageException(path, "cannot: " + operation, null);
            }
          });
      assertThrows(StorageException.class, () -> store.versions.apply(flushed));
      int[] operations = {0};
      fresh.failBefore((operation, path) -> operations[0]++);
      assertThrows(
          StoreFailedException.class,
          () -> store.versions.apply(VersionEdit.of(new JournalFloor(1))));
      assertThrows(StoreFailedException.class, () -> store.versions.createTree("two"));
      assertEquals(0, operations[0]);
      Version after = store.versions.current();
      assertEquals(before, after);
      before.release();
      after.release();
      store.close();
      // The edit may be on the device; its table must exist then.
      try (TestStore reopened = new TestStore(fresh)) {
        assertTrue(List.of("[a#1,PUT]", "[a#1,PUT, b#2,PUT]").contains(reopened.entries() + ""));
        reopened.checkFiles();
      }
    }
  }

  /** The edit may be on the device or not, so the tables that it removes are needed or not. */
  @Test
  void apply_failing_keepsTheTablesThatTheEditRemoves() {
    for (FileOperation failing : List.of(FileOperation.SYNC_DIRECTORY, FileOperation.APPEND)) {
      MemoryFileSystem fresh = new MemoryFileSystem();
      TestStore store = new TestStore(fresh);
      store.versions.createTree("one");
      store.flush(entries("a#1,PUT"), 1);
      store.flush(entries("b#2,PUT"), 2);
      List<String> tables =
          fresh.list(FOLDER).stream().filter(name -> name.endsWith(".table")).toList();
      assertEquals(2, tables.size());
      int[] failed = {0};
      fresh.failBefore(
          (operation, path) -> {
            if (operation == failing && (path.equals(FOLDER) || isManifest(path))) {
              failed[0]++;
              throw new StorageException(path, "cannot: " + operation, null);
            }
          });
      assertThrows(StorageException.class, () -> store.rewriteAll(2));
      assertEquals(1, failed[0]);
      fresh.failBefore(FaultInjection.NONE);
      store.versions.close();
      store.close();
      assertTrue(fresh.list(FOLDER).containsAll(tables), "a table of the last edit is deleted");
      try (TestStore reopened = new TestStore(fresh)) {
        assertEquals("[a#1,PUT, b#2,PUT]", reopened.entries() + "");
        reopened.checkFiles();
      }
    }
  }

  private static boolean isManifest(Path path) {
    return path.getFileName().toString().startsWith("manifest-");
  }

  /** The executor deletes a removed table when the last version that has it is released. */
  @Test
  void obsoleteTables_kept_whileHeld() {
    Queue<Runnable> cleaning = new ArrayDeque<>();
    TestStore store = new TestStore(files, cleaning::add);
    store.versions.createTree("one");
    store.flush(entries("a#1,PUT"), 9);
    Version held = store.versions.current();
    Path table = path(nameOf("", ".table"));
    store.rewriteAll(9);
    cleaning.forEach(Runnable::run);
    cleaning.clear();
    assertTrue(files.exists(table));
    held.release();
    assertTrue(files.exists(table));
    assertEquals(1, cleaning.size());
    cleaning.remove().run();
    assertFalse(files.exists(table));
    store.versions.close();
    cleaning.forEach(Runnable::run);
    store.close();
    assertThrows(IllegalStateException.class, store.versions::current);
  }

  /** Who was told that memory was refused would apply the edit again, which counts already. */
  @Test
  void memoryRefusedAfterAnEditCounts_isNotTold() {
    Queue<Runnable> cleaning = new ArrayDeque<>();
    boolean[] refused = {false};
    TestStore store =
        new TestStore(
            files,
            release -> {
              cleaning.add(release);
              if (refused[0]) {
                throw new OutOfMemoryError("refused by the test");
              }
            });
    store.versions.createTree("one");
    store.flush(entries("a#1,PUT"), 9);
    refused[0] = true;
    store.flush(entries("b#2,PUT"), 9);
    refused[0] = false;
    store.rewriteAll(9);
    assertEquals("[a#1,PUT, b#2,PUT]", store.entries() + "");
    store.versions.close();
    cleaning.forEach(Runnable::run);
    store.close();
  }

  /** The manifest is replaced when it has grown, and the state stays the same. */
  @Test
  void manifest_replacedWhenLong() {
    String before;
    try (TestStore store = new TestStore(files)) {
      store.versions.createTree("kept");
      before = nameOf("manifest-", "");
      for (int i = 0; i < 60; i++) {
        List<VersionEdit.Change> changes = new ArrayList<>();
        int id = store.versions.trees().nextId();
        for (int k = id; k < id + 100; k++) {
          changes.add(new TreeCreated(k, k + "n".repeat(240)));
          changes.add(new TreeDropped(k));
        }
        store.versions.apply(new VersionEdit(changes));
      }
      store.checkFiles();
    }
    String after = nameOf("manifest-", "");
    assertNotEquals(before, after);
    assertTrue(files.size(path(after)) < 1 << 20);
    try (TestStore store = new TestStore(files)) {
      assertEquals(List.of("kept"), store.versions.trees().names());
      assertEquals(6002, store.versions.trees().nextId());
    }
  }

  @Test
  void treeIds_neverTwice() {
    try (TestStore store = new TestStore(files)) {
      assertEquals(1, store.versions.createTree("a"));
      assertEquals(1, store.versions.createTree("a"));
      assertTrue(store.versions.dropTree("a"));
    }
    try (TestStore store = new TestStore(files)) {
      assertEquals(2, store.versions.createTree("a"));
      assertThrows(IllegalArgumentException.class, () -> store.versions.createTree(""));
    }
  }
}
