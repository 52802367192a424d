package dev.firn.engine;

import dev.firn.error.StorageException;
import dev.firn.sstable.Table;
import dev.firn.sstable.ValueFile;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds the file and the page that the device could not deliver, after an {@link InternalError} of
 * a mapped file.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class LostPageFinder {

  /** Maximum duration of the search, which in a large store would take too long. */
  private static final long MAX_SEARCH_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Path directory;
  private final CurrentView currentView;

  LostPageFinder(Path directory, CurrentView currentView) {
    this.directory = directory;
    this.currentView = currentView;
  }

  /**
   * The exception that replaces the error: it names the file and the page if they are found.
   *
   * @param read the view that was read, pinned; null if unknown, for the current one
   */
  StorageException locate(InternalError fault, @Nullable ReadView read) {
    long deadline = System.nanoTime() + MAX_SEARCH_NANOS;
    try {
      return read != null
          ? find(read, fault, deadline)
          : currentView.read(view -> find(view, fault, deadline));
    } catch (StorageException unmappable) {
      return unmappable;
    } catch (IllegalStateException closed) {
      return unknown(fault);
    }
  }

  private StorageException find(ReadView view, InternalError fault, long deadline) {
    for (Generation generation : view.generations()) {
      long page = generation.segment().lostPage(deadline);
      if (page >= 0) {
        return at(generation.segment().path(), page, fault);
      }
    }
    for (Table table : view.version().tables()) {
      long page = table.lostPage(deadline);
      if (page >= 0) {
        return at(table.path(), page, fault);
      }
    }
    for (ValueFile file : view.version().valueFiles().all()) {
      long page = file.lostPage(deadline);
      if (page >= 0) {
        return at(file.path(), page, fault);
      }
    }
    return unknown(fault);
  }

  private static StorageException at(Path file, long page, InternalError fault) {
    return new StorageException(file, "cannot be read at position " + page, fault);
  }

  private StorageException unknown(InternalError fault) {
    return new StorageException(directory, "a mapped file in it cannot be read", fault);
  }
}
