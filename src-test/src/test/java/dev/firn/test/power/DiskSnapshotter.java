package dev.firn.test.power;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.core.file.FaultInjection;
import dev.firn.core.file.FileOperation;
import dev.firn.core.file.MemoryFileSystem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes a shot before each file operation that changes something, in the middle of each sync, and
 * whenever it is asked to.
 *
 * <p><b>Threading.</b> Any thread of the store calls.
 */
final class DiskSnapshotter implements FaultInjection {

  private final MemoryFileSystem files;

  @GuardedBy("this")
  private final List<DiskSnapshot> shots = new ArrayList<>();

  private volatile @Nullable Driver driver;

  DiskSnapshotter(MemoryFileSystem files) {
    this.files = files;
  }

  /** Begins to take shots of what a driver does. */
  void follow(Driver followed) {
    driver = followed;
    files.failBefore(this);
  }

  /** Ends that. */
  List<DiskSnapshot> finish() {
    files.failBefore(NONE);
    driver = null;
    synchronized (this) {
      return List.copyOf(shots);
    }
  }

  @Override
  public void before(FileOperation operation, Path path) {
    if (changes(operation)) {
      shoot("before " + operation + " of " + path.getFileName());
    }
  }

  @Override
  public void during(FileOperation operation, Path path) {
    shoot("during " + operation + " of " + path.getFileName());
  }

  /** Takes a shot now. */
  void shoot(String where) {
    Driver seen = driver;
    if (seen != null) {
      DiskSnapshot shot = seen.shoot(where, files);
      synchronized (this) {
        shots.add(shot);
      }
    }
  }

  private static boolean changes(FileOperation operation) {
    return switch (operation) {
      case EXISTS, LIST, SIZE, OPEN_READ, READ, MAP, PREFAULT -> false;
      case CREATE_DIRECTORIES,
          CREATE,
          APPEND,
          ALLOCATE,
          WRITE,
          SYNC,
          RENAME,
          DELETE,
          SYNC_DIRECTORY,
          LOCK,
          DESCRIBE ->
          true;
    };
  }
}
