package dev.firn.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.file.FileOperation;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.StorageException;
import dev.firn.version.VersionEdit.TreeCreated;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ManifestLogTest {

  private static final long MAX_BYTES = 20_000;

  private final MemoryFileSystem files = new MemoryFileSystem();

  /** A manifest never becomes longer than readers accept; an edit that cannot fit is refused. */
  @Test
  void limit_isKept() {
    files.createDirectories(TestStore.FOLDER);
    AtomicLong numbers = new AtomicLong(1);
    ManifestLog log =
        new ManifestLog(files, TestStore.FOLDER, 7, numbers::getAndIncrement, MAX_BYTES);
    StoreState state = StoreState.empty();
    log.begin(state);
    int trees = 0;
    StorageException refused = null;
    while (refused == null) {
      VersionEdit edit = VersionEdit.of(new TreeCreated(trees + 1, "tree-" + trees));
      try {
        log.append(state, edit);
        state = state.apply(edit);
        trees++;
      } catch (StorageException e) {
        refused = e;
      }
      long bytes = Objects.requireNonNull(log.extent()).bytes();
      assertTrue(bytes <= MAX_BYTES, bytes + " bytes");
      assertTrue(trees < MAX_BYTES, "no edit was refused");
    }
    assertTrue(refused.getMessage().contains("more than 20000 bytes"), refused.getMessage());
    assertTrue(numbers.get() > 2, "replaced before it was too long");
    assertFalse(log.hasFailed());
    log.close();
    CurrentFile current = CurrentFile.read(files, TestStore.FOLDER);
    StoreState read =
        ManifestReader.read(files, TestStore.FOLDER, current.manifest(), current.bytes()).state();
    assertEquals(trees, read.trees().size());
  }

  /** An edit ends while the manifest is read by a verification. */
  @Test
  void verify_besideEdits() {
    try (TestStore store = new TestStore(files)) {
      String name = "x".repeat(200);
      for (int i = 0; i < 200; i++) {
        store.versions.createTree(name + i);
      }
      AtomicBoolean first = new AtomicBoolean(true);
      files.failBefore(
          (operation, path) -> {
            if (operation == FileOperation.READ
                && path.toString().contains("manifest")
                && first.getAndSet(false)) {
              Thread editor = Thread.ofPlatform().start(() -> edits(store, name));
              assertTrue(join(editor), "an edit waits for the verification");
            }
          });
      assertTrue(store.versions.verify() > 200 * 200);
      files.failBefore((operation, path) -> {});
      assertFalse(first.get());
      assertTrue(store.versions.verify() > 200 * 200);
    }
  }

  private static void edits(TestStore store, String name) {
    for (int i = 1000; i < 1100; i++) {
      store.versions.createTree(name + i);
    }
  }

  private static boolean join(Thread thread) {
    try {
      return thread.join(Duration.ofMinutes(1));
    } catch (InterruptedException e) {
      return false;
    }
  }
}
