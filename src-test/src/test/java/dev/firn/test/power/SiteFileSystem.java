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
 * A file system that knows from which place in the engine each sync and each rename comes, and can
 * leave some of them out.
 *
 * <p>A rename that is left out is one that is not needed because the file has its final name from
 * the beginning: it is made under that. Where an old file is renamed, it keeps the old name until
 * the next rename.
 */
final class SiteFileSystem extends InterceptedFileSystem {

  private final Consumer<Reached> listener;
  private final Predicate<Reached> leftOut;

  /** Whether files are made under their final names, and which: what {@link #early} says. */
  private final Predicate<Path> early;

  /** Names that files should have by now, and the names that they have. */
  private final Map<Path, Path> actual = new ConcurrentHashMap<>();

  /**
   * @param listener told of each sync and rename
   * @param leftOut which of them are not done
   * @param early which temporary files are made under their final names instead
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

  /** Where a file is that the engine takes to be under a name. */
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
