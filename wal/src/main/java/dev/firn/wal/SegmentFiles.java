package dev.firn.wal;

import dev.firn.core.MemoryBudget;
import dev.firn.core.MemoryHeldException;
import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.MappedFile;
import dev.firn.error.FirnException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The files of segments: allocates new ones, recycles and deletes old ones. The mapping of a file
 * draws from the budget, because its pages are in memory from the begin.
 *
 * <p><b>Threading.</b> One thread at a time.
 */
final class SegmentFiles {

  /** In place of a number: the segment names the same one as before. */
  static final long KEEP = -1;

  private final FileSystem fs;
  private final Path directory;
  private final MemoryBudget budget;
  private final SegmentHeader header = new SegmentHeader();
  private final AtomicInteger deletions = new AtomicInteger();
  private volatile boolean leftover;

  SegmentFiles(FileSystem fs, Path directory, MemoryBudget budget) {
    this.fs = fs;
    this.directory = directory;
    this.budget = budget;
  }

  MemoryBudget budget() {
    return budget;
  }

  private MappedFile map(Path path) {
    MappedFile file = fs.map(path);
    budget.reserve(file.size());
    return file;
  }

  /** Ends the mapping of a file that is not needed. */
  void unmap(MappedFile file) {
    close(file);
    budget.release(file.size());
  }

  /**
   * Ends a mapping. If a call of the JDK is reading it in place, the file system ends it when the
   * store is closed: what follows here must not stop.
   */
  static void close(MappedFile file) {
    try {
      file.close();
    } catch (MemoryHeldException e) {
      // It has waited for that call already.
    }
  }

  /**
   * Called before a preparation or deletion: until that has ended, or has failed and left nothing,
   * {@link #hasLeftover} is true.
   */
  void begin() {
    leftover = true;
  }

  /**
   * Whether a failed preparation or deletion may have left a file. The segment that this file names
   * must not be deleted before it.
   */
  boolean hasLeftover() {
    return leftover;
  }

  /**
   * Prepares a segment. When this returns, its file has a header and a durable name, and no store
   * into it can meet a page fault or a full disk.
   *
   * <p>The file gets the segment's name after its header is on the device. So a file with a
   * segment's name and without its header is damage, never the effect of a crash.
   *
   * @param preparedAfter the number of the segment to be used before this one, whose name is
   *     durable; 0 if there is none
   * @param spare a segment of the right size to be recycled, with its mapping; null to allocate a
   *     new file
   */
  MappedFile prepare(long number, long bytes, long preparedAfter, @Nullable Spare spare) {
    Path path = FileName.journal(directory, number);
    Path temporary = FileName.temporary(path);
    MappedFile file = spare == null ? null : spare.mapping();
    try {
      if (spare == null) {
        fs.allocate(temporary, bytes);
      } else {
        // Durably, so that the new header is never seen under the old name, and no spare outlives
        // one that it was prepared after.
        fs.rename(spare.path(), temporary);
        fs.syncDirectory(directory);
      }
      if (file == null) {
        file = map(temporary);
      }
      file.renamed(temporary);
      header.writeTo(file, number, preparedAfter);
      file.sync(0, JournalFormat.HEADER_BYTES);
      fs.rename(temporary, path);
      file.renamed(path);
      fs.syncDirectory(directory);
      file.prefault();
      leftover = false;
      return file;
    } catch (Throwable e) {
      if (file != null) {
        unmap(file);
      }
      // It holds no record, and its number is never used again.
      delete(temporary);
      delete(path);
      if (spare != null) {
        delete(spare.path());
      }
      leftover = !isGone(temporary, path, spare);
      throw e;
    }
  }

  /** Whether the files of a failed preparation are deleted, durably if it took a spare. */
  private boolean isGone(Path temporary, Path path, @Nullable Spare spare) {
    if (fs.exists(temporary) || fs.exists(path)) {
      return false;
    }
    try {
      if (spare != null) {
        // Before the next spare, which this one may name, is renamed.
        fs.syncDirectory(directory);
        return !fs.exists(spare.path());
      }
      return true;
    } catch (FirnException e) {
      return false;
    }
  }

  /** Makes a segment that is not in use name another one to follow. Not synced. */
  void setPreparedAfter(MappedFile file, long number, long preparedAfter) {
    header.writeTo(file, number, preparedAfter);
  }

  /**
   * Leaves a ready segment to the next open.
   *
   * @param preparedAfter what it is made to name, or {@link #KEEP}
   */
  void leave(ReadySegment unused, long preparedAfter) {
    try {
      if (preparedAfter != KEEP) {
        setPreparedAfter(unused.file(), unused.number(), preparedAfter);
      }
    } catch (FirnException e) {
      // Then it still names the one before it.
    } finally {
      close(unused.file());
    }
  }

  /**
   * Deletes a ready segment, or throws if it still exists. The deletion is durable after the next
   * preparation.
   */
  void discard(MappedFile file) {
    unmap(file);
    fs.delete(file.path());
    leftover = false;
  }

  /** The deletion of a spare, as a task to be run. */
  Runnable deletion(Spare spare) {
    deletions.incrementAndGet();
    return () -> {
      try {
        MappedFile mapping = spare.mapping();
        if (mapping != null) {
          unmap(mapping);
        }
        delete(spare.path());
      } finally {
        deletions.decrementAndGet();
      }
    };
  }

  /** Whether a {@link #deletion} was not run to its end. */
  boolean isDeleting() {
    return deletions.get() > 0;
  }

  /** Deletes a file that is not needed. If that fails, the next open deletes it. */
  void delete(Path path) {
    try {
      fs.delete(path);
    } catch (FirnException e) {
      // Nothing reads the file until then.
    }
  }
}
