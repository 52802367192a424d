package dev.firn.test.damage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.Durability;
import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.core.file.FileOperation;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.error.FirnException;
import dev.firn.error.StorageException;
import dev.firn.error.StoreFailedException;
import dev.firn.test.Deadline;
import dev.firn.test.MemoryDisk;
import dev.firn.test.Seed;
import dev.firn.test.StoreImage;
import dev.firn.test.fixture.DamageOracle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * One file operation fails, alone or with all later ones of its kind: nothing false is
 * acknowledged, the failure reaches the user, reads continue, and reopening restores everything.
 */
final class FailingOperationTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void anyOperationFails_nothingAcknowledgedIsLost() {
    Seed.runFor(2_500, seed -> Deadline.call(LIMIT, () -> new Round(seed).run()));
  }

  @Test
  void failedStore_staysReadable_alsoTreesNotYetOpened() {
    MemoryDisk disk = new MemoryDisk();
    byte[] key = {1};
    try (Store store = disk.open(CrashWorkload.options())) {
      store.tree("a").put(key, key);
    }
    try (Store store = disk.open(CrashWorkload.options())) {
      Tree other = store.tree("b");
      disk.files()
          .failBefore(
              (operation, path) -> {
                if (operation == FileOperation.SYNC) {
                  throw new StorageException(path, "cannot be used, says the test", null);
                }
              });
      assertThrows(StoreFailedException.class, () -> other.put(key, key, Durability.SYNCED));
      assertArrayEquals(key, store.tree("a").get(key));
      assertThrows(StoreFailedException.class, () -> store.tree("c"));
      assertThrows(StoreFailedException.class, () -> store.dropTree("a"));
      assertArrayEquals(key, store.tree("a").get(key));
      disk.files().failBefore((operation, path) -> {});
    }
  }

  private static final class Round {

    private final MemoryFileSystem files = new MemoryFileSystem();
    private final Random random;
    private final FileOperation kind;
    private final boolean forEver;
    private final AtomicReference<@Nullable String> failed = new AtomicReference<>();
    private int countdown;

    /** A journal that was synced again after a failed sync: the second answer proves nothing. */
    private final AtomicReference<@Nullable Path> syncedAgain = new AtomicReference<>();

    private volatile @Nullable Path syncFailed;

    Round(long seed) {
      random = new Random(seed);
      FileOperation[] kinds = FileOperation.values();
      kind = kinds[random.nextInt(kinds.length)];
      forEver = random.nextBoolean();
      countdown = random.nextInt(kind == FileOperation.WRITE ? 300 : 40);
    }

    boolean run() {
      files.failBefore(this::before);
      MemoryDisk disk = new MemoryDisk(files);
      CrashWorkload workload = new CrashWorkload(disk);
      try {
        FirnException reported = workload.run();
        files.failBefore((operation, path) -> {});
        assertNull(syncedAgain.get(), "synced again after a failure");
        if (reported != null) {
          DamageOracle.assertNamesStore(reported);
          assertTrue(failed.get() != null, () -> "fails without a reason: " + reported);
        }
        MemoryDisk afterCut = new MemoryDisk(files.crashClone(random.nextLong()));
        CrashWorkload.assertHolds(disk, workload.acknowledged(), workload.begun());
        CrashWorkload.assertHolds(afterCut, workload.durable(), workload.begun());
      } catch (Throwable e) {
        String what = failed.get() + (forEver ? " and all later ones" : "");
        throw new AssertionError("after the failure of " + what + ": " + e, e);
      }
      return true;
    }

    private void before(FileOperation operation, Path path) {
      if (operation == FileOperation.SYNC && path.equals(syncFailed)) {
        syncedAgain.set(path);
      }
      if (operation != kind || !isTurn()) {
        return;
      }
      if (operation == FileOperation.SYNC
          && StoreImage.kind(path.getFileName() + "").equals("journal")) {
        syncFailed = path;
      }
      failed.compareAndSet(null, operation + " of " + path);
      throw new StorageException(path, "cannot be used, says the test", null);
    }

    private synchronized boolean isTurn() {
      countdown--;
      return countdown == 0 || (countdown < 0 && forEver);
    }
  }
}
