package dev.firn.engine;

import dev.firn.core.file.AppendFile;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.ForwardingFileSystem;
import dev.firn.core.file.LockFile;
import dev.firn.core.file.MappedFile;
import dev.firn.core.file.ReadFile;
import dev.firn.error.FirnException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of one store. Reports each file that cannot be deleted to {@link Health}: callers
 * ignore the failure, because the next opening deletes the file. And closes at the end the files
 * that are still open, because an error kept their users from closing them.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class WatchedFiles extends ForwardingFileSystem implements AutoCloseable {

  private final Health health;
  private final Set<TrackedFile<?>> open = ConcurrentHashMap.newKeySet();

  WatchedFiles(FileSystem files, Health health) {
    super(files);
    this.health = health;
  }

  @Override
  public AppendFile create(Path file) {
    TrackedFile.Append tracked = new TrackedFile.Append(open);
    tracked.open(() -> super.create(file));
    return tracked;
  }

  @Override
  public ReadFile openRead(Path file) {
    TrackedFile.Read tracked = new TrackedFile.Read(open);
    tracked.open(() -> super.openRead(file));
    return tracked;
  }

  @Override
  public MappedFile map(Path file) {
    TrackedFile.Mapped tracked = new TrackedFile.Mapped(open);
    tracked.open(() -> super.map(file));
    return tracked;
  }

  @Override
  public LockFile lock(Path file) {
    TrackedFile.Lock tracked = new TrackedFile.Lock(open);
    tracked.open(() -> super.lock(file));
    return tracked;
  }

  @Override
  public void delete(Path file) {
    try {
      super.delete(file);
    } catch (FirnException e) {
      health.warn("deleting an obsolete file", e);
      throw e;
    }
  }

  /** Closes all files that are open, the lock last. Idempotent. */
  @Override
  public void close() {
    RuntimeException first = null;
    for (boolean lock : new boolean[] {false, true}) {
      for (TrackedFile<?> file : open) {
        if (file instanceof TrackedFile.Lock == lock) {
          first = close(file, first);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }

  private static @Nullable RuntimeException close(
      TrackedFile<?> file, @Nullable RuntimeException earlier) {
    try {
      file.close();
      return earlier;
    } catch (RuntimeException e) {
      return earlier == null ? e : earlier;
    }
  }
}
