package dev.firn.test.power;

import dev.firn.core.file.FaultInjection;
import dev.firn.core.file.FileOperation;
import dev.firn.error.StorageException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Fails the k-th call of one kind, alone or with all later ones, and notes files that are synced
 * again after a failed sync: the second answer proves nothing. Only a store opened later may sync
 * such a file, after storing its content again.
 *
 * <p><b>Threading.</b> Any thread of the store calls.
 */
final class Fault implements FaultInjection {

  private final FileOperation kind;
  private final boolean forEver;
  private final Set<Path> syncFailed = ConcurrentHashMap.newKeySet();
  private final Set<Path> syncFailedEarlier = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable Path> syncedAgain = new AtomicReference<>();
  private final AtomicReference<@Nullable String> failed = new AtomicReference<>();

  /** Calls left before the one that fails. */
  private long left;

  private long calls;

  /**
   * @param k number of the call that fails, from 1; 0 = none
   */
  Fault(FileOperation kind, long k, boolean forEver) {
    this.kind = kind;
    this.forEver = forEver;
    this.left = k;
  }

  synchronized long calls() {
    return calls;
  }

  /** What failed first; null if nothing did. */
  @Nullable String failed() {
    return failed.get();
  }

  /** A file that was synced again after a failed sync; null if none was. */
  @Nullable Path syncedAgain() {
    return syncedAgain.get();
  }

  @Override
  public void before(FileOperation operation, Path path) {
    switch (operation) {
      case SYNC -> {
        if (syncFailed.contains(path) || syncFailedEarlier.contains(path)) {
          syncedAgain.set(path);
        }
      }
      case LOCK -> {
        syncFailedEarlier.addAll(syncFailed);
        syncFailed.clear();
      }
      case WRITE -> syncFailedEarlier.remove(path);
      // Another file under the same name.
      case CREATE, ALLOCATE, DELETE -> {
        syncFailed.remove(path);
        syncFailedEarlier.remove(path);
      }
      default -> {}
    }
    if (operation == kind && isTurn()) {
      failed.compareAndSet(null, operation + " of " + path.getFileName());
      if (operation == FileOperation.SYNC) {
        syncFailed.add(path);
      }
      throw new StorageException(path, "cannot be used, says the test", null);
    }
  }

  private synchronized boolean isTurn() {
    calls++;
    left--;
    return left == 0 || (left < 0 && forEver && failed.get() != null);
  }
}
