package dev.firn.test.damage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.StoreOptions;
import dev.firn.core.file.FaultInjection;
import dev.firn.core.file.FileOperation;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.test.MemoryDisk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * A process is killed while a manifest edit is in the page cache only. The next process reads it
 * there, and the power is cut while it opens the store: the files that the edit made obsolete must
 * exist.
 */
final class KillThenPowerCutTest {

  private static final byte[] KEY = {1};
  private static final byte[] VALUE = new byte[500];

  /** Another segment size: existing segments cannot be reused and are deleted. */
  private static final StoreOptions OTHER =
      CrashWorkload.options().toBuilder().journalSegmentBytes(64 << 10).build();

  @Test
  void journal_isKeptUntilTheManifestIsDurable() {
    MemoryFileSystem killed = killedWhileFlushing();
    List<MemoryFileSystem> left = new ArrayList<>();
    killed.failBefore(
        new FaultInjection() {
          @Override
          public void before(FileOperation operation, Path path) {
            if (operation != FileOperation.READ) {
              synchronized (left) {
                left.add(killed.crashCloneSyncedOnly());
              }
            }
          }
        });
    new MemoryDisk(killed).open(OTHER).close();
    assertFalse(left.isEmpty());
    for (MemoryFileSystem files : left) {
      try (Store store = new MemoryDisk(files).open(OTHER)) {
        assertArrayEquals(VALUE, store.tree("t").get(KEY));
      }
    }
  }

  private static MemoryFileSystem killedWhileFlushing() {
    MemoryDisk disk = new MemoryDisk();
    AtomicReference<MemoryFileSystem> killed = new AtomicReference<>();
    try (Store store = disk.open(CrashWorkload.options())) {
      store.tree("t").put(KEY, VALUE, Durability.SYNCED);
      disk.files()
          .failBefore(
              (operation, path) -> {
                if (operation == FileOperation.SYNC && path.toString().contains("manifest")) {
                  killed.compareAndSet(null, disk.files().processKillClone());
                }
              });
      store.flush();
    }
    return killed.get();
  }
}
