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
  private final Set<Path> forceFailed = ConcurrentHashMap.newKeySet();
  private final Set<Path> forceFailedEarlier = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable Path> forcedAgain = new AtomicReference<>();
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
  @Nullable Path forcedAgain() {
    return forcedAgain.get();
  }

  @Override
  public void before(FileOperation operation, Path path) {
    switch (operation) {
      case FORCE -> {
        if (forceFailed.contains(path) || forceFailedEarlier.contains(path)) {
          forcedAgain.set(path);
        }
      }
      case LOCK -> {
        forceFailedEarlier.addAll(forceFailed);
        forceFailed.clear();
      }
      case WRITE -> forceFailedEarlier.remove(path);
      // Another file under the same name.
      case CREATE, ALLOCATE, DELETE -> {
        forceFailed.remove(path);
        forceFailedEarlier.remove(path);
      }
      default -> {}
    }
    if (operation == kind && isTurn()) {
      failed.compareAndSet(null, operation + " of " + path.getFileName());
      if (operation == FileOperation.FORCE) {
        forceFailed.add(path);
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
