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
 * Takes a snapshot of the disk before each file operation that changes something, in the middle of
 * each sync, and on request.
 *
 * <p><b>Threading.</b> Any thread of the store calls.
 */
final class DiskSnapshotter implements FaultInjection {

  private final MemoryFileSystem files;

  @GuardedBy("this")
  private final List<DiskSnapshot> snapshots = new ArrayList<>();

  private volatile @Nullable Driver driver;

  DiskSnapshotter(MemoryFileSystem files) {
    this.files = files;
  }

  void follow(Driver followed) {
    driver = followed;
    files.failBefore(this);
  }

  List<DiskSnapshot> finish() {
    files.failBefore(NONE);
    driver = null;
    synchronized (this) {
      return List.copyOf(snapshots);
    }
  }

  @Override
  public void before(FileOperation operation, Path path) {
    if (changes(operation)) {
      snapshot("before " + operation + " of " + path.getFileName());
    }
  }

  @Override
  public void during(FileOperation operation, Path path) {
    snapshot("during " + operation + " of " + path.getFileName());
  }

  void snapshot(String where) {
    Driver seen = driver;
    if (seen != null) {
      DiskSnapshot snapshot = seen.snapshot(where, files);
      synchronized (this) {
        snapshots.add(snapshot);
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
          PUNCH,
          RENAME,
          DELETE,
          SYNC_DIRECTORY,
          LOCK,
          DESCRIBE ->
          true;
    };
  }
}
