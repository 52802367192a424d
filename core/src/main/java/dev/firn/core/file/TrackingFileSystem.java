package dev.firn.core.file;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A file system that closes at the end the files that are still open, because an error kept their
 * users from closing them.
 *
 * <p><b>Threading.</b> Like the file system behind it.
 */
public abstract class TrackingFileSystem extends ForwardingFileSystem implements AutoCloseable {

  private final Set<TrackedFile<?>> open = ConcurrentHashMap.newKeySet();

  /** Forwards to {@code files}. */
  protected TrackingFileSystem(FileSystem files) {
    super(files);
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

  /** Closes all files that are open, the locks last. Idempotent. */
  @Override
  public void close() {
    RuntimeException first = close(false, null);
    first = close(true, first);
    if (first != null) {
      throw first;
    }
  }

  private @Nullable RuntimeException close(boolean locks, @Nullable RuntimeException earlier) {
    RuntimeException first = earlier;
    for (TrackedFile<?> file : open) {
      if (file instanceof TrackedFile.Lock == locks) {
        try {
          file.close();
        } catch (RuntimeException e) {
          first = first == null ? e : first;
        }
      }
    }
    return first;
  }
}
