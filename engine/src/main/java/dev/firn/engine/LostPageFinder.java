package dev.firn.engine;

import dev.firn.error.StorageException;
import dev.firn.sstable.Table;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds the file and the page that a device could not deliver, after an {@link InternalError} said
 * that there is one.
 *
 * <p><b>Threading.</b> Any thread may call.
 */
final class LostPageFinder {

  /** A store can be so large that nobody waits for the end of the search. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Path directory;
  private final CurrentView views;

  LostPageFinder(Path directory, CurrentView views) {
    this.directory = directory;
    this.views = views;
  }

  /**
   * What the store says instead of the error: a failure that names the file, if it is found.
   *
   * @param read what was read, pinned; null if that is not known, for what is read now
   */
  StorageException named(InternalError fault, @Nullable ReadView read) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    try {
      if (read != null) {
        return find(read, fault, deadline);
      }
      ReadView view = views.acquire();
      try {
        return find(view, fault, deadline);
      } finally {
        views.release(view);
      }
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
    return unknown(fault);
  }

  private static StorageException at(Path file, long page, InternalError fault) {
    return new StorageException(file, "cannot be read at position " + page, fault);
  }

  private StorageException unknown(InternalError fault) {
    return new StorageException(directory, "a mapped file in it cannot be read", fault);
  }
}
