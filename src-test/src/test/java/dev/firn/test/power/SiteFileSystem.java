package dev.firn.test.power;

import dev.firn.core.file.AppendFile;
import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.MappedFile;
import dev.firn.core.file.ReadFile;
import dev.firn.test.InterceptedFileSystem;
import dev.firn.test.power.SyncSite.Call;
import dev.firn.test.power.SyncSite.Reached;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A file system that knows which place in the engine each sync and each rename comes from, and can
 * leave some out.
 *
 * <p>Leaving out the rename of a temporary file means making the file under its final name. Where
 * an old file is renamed, it keeps its old name until the next rename.
 */
final class SiteFileSystem extends InterceptedFileSystem {

  private final Consumer<Reached> listener;
  private final Predicate<Reached> leftOut;

  /** Chooses the temporary files that are made under their final names. */
  private final Predicate<Path> early;

  /** Actual name by the name that the engine knows. */
  private final Map<Path, Path> actual = new ConcurrentHashMap<>();

  /**
   * @param listener told of each sync and rename
   * @param leftOut chooses those that are not done
   * @param early chooses the temporary files that are made under their final names
   */
  SiteFileSystem(
      FileSystem files,
      Consumer<Reached> listener,
      Predicate<Reached> leftOut,
      Predicate<Path> early) {
    super(files);
    this.listener = listener;
    this.leftOut = leftOut;
    this.early = early;
  }

  private boolean isLeftOut(Call call) {
    Reached reached = SyncSite.here(call);
    listener.accept(reached);
    return leftOut.test(reached);
  }

  @Override
  protected void sync(Path file, Runnable sync) {
    if (!isLeftOut(Call.SYNC)) {
      super.sync(file, sync);
    }
  }

  @Override
  public void syncDirectory(Path directory) {
    if (!isLeftOut(Call.SYNC_DIRECTORY)) {
      super.syncDirectory(directory);
    }
  }

  @Override
  public void rename(Path from, Path to) {
    boolean isLeftOut = isLeftOut(Call.RENAME);
    Path is = place(from);
    if (is.equals(to)) {
      return;
    }
    if (isLeftOut) {
      actual.put(to, is);
    } else {
      actual.remove(from);
      super.rename(is, to);
    }
  }

  private Path place(Path path) {
    if (FileName.isTemporary(String.valueOf(path.getFileName())) && early.test(path)) {
      String name = path.toString();
      return Path.of(name.substring(0, name.lastIndexOf('.')));
    }
    return actual.getOrDefault(path, path);
  }

  @Override
  public AppendFile create(Path file) {
    return super.create(place(file));
  }

  @Override
  public ReadFile openRead(Path file) {
    return super.openRead(place(file));
  }

  @Override
  public void allocate(Path file, long bytes) {
    super.allocate(place(file), bytes);
  }

  @Override
  public MappedFile map(Path file) {
    return super.map(place(file));
  }

  @Override
  public void delete(Path file) {
    super.delete(place(file));
  }
}
