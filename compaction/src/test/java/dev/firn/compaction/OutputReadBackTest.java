package dev.firn.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.file.FileOperation;
import dev.firn.core.file.MappedFile;
import dev.firn.error.CorruptionException;
import dev.firn.error.StorageException;
import dev.firn.version.Entry;
import dev.firn.version.TestStore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Outputs are read back before any source is removed. */
class OutputReadBackTest {

  private static final int ENTRIES = 100;

  private final CompactingStore store = new CompactingStore();
  private final List<Entry> first = entries("a", 1);
  private final List<Entry> second = entries("b", 1001);

  @BeforeEach
  void createTree() {
    store.versions.createTree("one");
  }

  /** Wherever the damage is, the sources stay and the outputs are deleted. */
  @ParameterizedTest
  @ValueSource(ints = {1, 10, 50, 90, 99})
  void compaction_damagedOutput(int percent) {
    store.flush(first, 2000);
    store.flush(second, 2000);
    List<Entry> before = store.entries();
    List<String> files = store.files.list(TestStore.FOLDER);
    int open = store.files.openFiles().size();
    onceBefore(FileOperation.OPEN_READ, path -> flip(path, percent));
    CorruptionException e =
        assertThrows(
            CorruptionException.class,
            () -> store.compactFull(store.versions.allocateNumber(), 2000));
    assertTrue(e.file().endsWith(".table"), e::getMessage);
    assertEquals(files, store.files.list(TestStore.FOLDER));
    assertEquals(open, store.files.openFiles().size());
    assertEquals(before, store.entries());
    store.compactFull(store.versions.allocateNumber(), 2000);
    assertEquals(before.size(), store.entries().size());
  }

  @Test
  void flush_unreadableOutput() {
    List<String> files = store.files.list(TestStore.FOLDER);
    int open = store.files.openFiles().size();
    onceBefore(
        FileOperation.READ,
        path -> {
          throw new StorageException(path, "cannot be read", null);
        });
    assertThrows(StorageException.class, () -> store.flush(first, 2000));
    assertEquals(files, store.files.list(TestStore.FOLDER));
    assertEquals(open, store.files.openFiles().size());
    store.flush(first, 2000);
    assertEquals(first, store.entries());
  }

  /** The first reads of an output read in place: no block is left to be checked. */
  @Test
  void reads_afterCompaction_checkNothing() {
    store.flush(first, 2000);
    store.flush(second, 2000);
    store.compactFull(store.versions.allocateNumber(), 2000);
    AtomicInteger reads = new AtomicInteger();
    store.files.failBefore(
        (operation, path) -> {
          if (operation == FileOperation.READ || operation == FileOperation.OPEN_READ) {
            reads.incrementAndGet();
          }
        });
    for (Entry entry : first) {
      assertNotNull(store.get(entry.key(), 2000));
    }
    assertEquals(0, reads.get());
  }

  private static List<Entry> entries(String prefix, int sequence) {
    List<Entry> entries = new ArrayList<>();
    IntStream.range(0, ENTRIES)
        .forEach(i -> entries.add(Entry.parse("%s%03d#%d,PUT".formatted(prefix, i, sequence + i))));
    return entries;
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
