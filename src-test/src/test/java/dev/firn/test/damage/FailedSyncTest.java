package dev.firn.test.damage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.core.file.FileOperation;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.StorageException;
import dev.firn.error.StoreFailedException;
import dev.firn.test.MemoryDisk;
import org.junit.jupiter.api.Test;

/**
 * A sync fails, and with it the store. The kernel takes the pages that it could not write for
 * clean, and goes on showing them: the next process recovers what the device does not have.
 */
final class FailedSyncTest {

  private static final byte[] LOST = {1};
  private static final byte[] LATER = {2};
  private static final byte[] VALUE = new byte[5_000];

  @Test
  void whatWasRecoveredAfterAFailedSync_isOnTheDeviceOnceTheNextSyncReturns() {
    MemoryDisk disk = new MemoryDisk();
    disk.open(CrashWorkload.options()).close();
    failToSync(disk);
    MemoryFileSystem cut;
    try (Store store = disk.open(CrashWorkload.options())) {
      assertArrayEquals(VALUE, store.tree("t").get(LOST));
      store.tree("t").put(LATER, VALUE, Durability.SYNCED);
      cut = disk.files().crashCloneSyncedOnly();
    }
    try (Store store = new MemoryDisk(cut).open(CrashWorkload.options())) {
      assertArrayEquals(VALUE, store.tree("t").get(LATER));
      assertArrayEquals(VALUE, store.tree("t").get(LOST));
    }
  }

  private static void failToSync(MemoryDisk disk) {
    Store store = disk.open(CrashWorkload.options());
    store.tree("t").put(LOST, VALUE);
    disk.files()
        .failBefore(
            (operation, path) -> {
              if (operation == FileOperation.SYNC && path.toString().endsWith("journal")) {
                throw new StorageException(path, "cannot be synced, says the test", null);
              }
            });
    assertThrows(StoreFailedException.class, store::sync);
    assertThrows(StoreFailedException.class, store::close);
    disk.files().failBefore((operation, path) -> {});
  }
}
