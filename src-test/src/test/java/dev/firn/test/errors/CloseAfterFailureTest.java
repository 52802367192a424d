package dev.firn.test.errors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.core.file.FileOperation;
import dev.firn.error.StorageException;
import dev.firn.error.StoreFailedException;
import dev.firn.test.MemoryDisk;
import dev.firn.test.TinyOptions;
import org.junit.jupiter.api.Test;

/** What {@code close()} says about a store that failed before. */
final class CloseAfterFailureTest {

  private static final byte[] KEY = {1};

  private final MemoryDisk disk = new MemoryDisk();

  @Test
  void acknowledgedWriteInNoTable_closeTellsSo() {
    Store store = disk.open(TinyOptions.smallest());
    Tree tree = store.tree("t");
    tree.put(KEY, KEY);
    failSyncs();
    assertThrows(StoreFailedException.class, store::sync);
    disk.files().failBefore((operation, path) -> {});
    assertThrows(StoreFailedException.class, store::close);
    store.close();
    disk.assertNothingOpen();
    try (Store again = disk.open(TinyOptions.smallest())) {
      assertArrayEquals(KEY, again.tree("t").get(KEY));
    }
  }

  @Test
  void allAcknowledgedWritesInTables_closeReturns() {
    Store store = disk.open(TinyOptions.smallest());
    Tree tree = store.tree("t");
    tree.put(KEY, KEY);
    store.flush();
    failSyncs();
    assertThrows(StoreFailedException.class, () -> store.tree("another"));
    disk.files().failBefore((operation, path) -> {});
    store.close();
    disk.assertNothingOpen();
  }

  private void failSyncs() {
    disk.files()
        .failBefore(
            (operation, path) -> {
              if (operation == FileOperation.SYNC) {
                throw new StorageException(path, "cannot be synced, says the test", null);
              }
            });
  }
}
