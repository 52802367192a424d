package dev.firn.core.file;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An open file that is in a set until it is closed.
 *
 * <p><b>Threading.</b> Like the file.
 *
 * @param <F> the kind of file
 */
abstract sealed class TrackedFile<F extends AutoCloseable> implements AutoCloseable {

  private final Set<TrackedFile<?>> open;

  /** Null while the file is being opened. */
  private volatile @Nullable F opened;

  /**
   * @param open the files that are open
   */
  TrackedFile(Set<TrackedFile<?>> open) {
    this.open = open;
  }

  /** Opens the file. It is in the set first, so that no error comes between. */
  final void open(Supplier<F> opener) {
    open.add(this);
    try {
      opened = opener.get();
    } finally {
      if (opened == null) {
        open.remove(this);
      }
    }
  }

  final F file() {
    return Objects.requireNonNull(opened);
  }

  abstract void close(F file);

  /** Closes the file. Idempotent. */
  @Override
  public final void close() {
    F file = opened;
    if (file != null) {
      close(file);
      open.remove(this);
    }
  }

  /** A tracked {@link ReadFile}. */
  static final class Read extends TrackedFile<ReadFile> implements ReadFile {

    Read(Set<TrackedFile<?>> open) {
      super(open);
    }

    @Override
    void close(ReadFile file) {
      file.close();
    }

    @Override
    public Path path() {
      return file().path();
    }

    @Override
    public long size() {
      return file().size();
    }

    @Override
    public void read(long position, MemorySegment target, long offset, long length) {
      file().read(position, target, offset, length);
    }

    @Override
    public MemorySegment map() {
      return file().map();
    }

    @Override
    public void prefetch(long position, long length) {
      file().prefetch(position, length);
    }

    @Override
    public void readAtRandom(boolean atRandom) {
      file().readAtRandom(atRandom);
    }
  }

  /** A tracked {@link AppendFile}. */
  static final class Append extends TrackedFile<AppendFile> implements AppendFile {

    Append(Set<TrackedFile<?>> open) {
      super(open);
    }

    @Override
    void close(AppendFile file) {
      file.close();
    }

    @Override
    public Path path() {
      return file().path();
    }

    @Override
    public void append(MemorySegment source, long offset, long length) {
      file().append(source, offset, length);
    }

    @Override
    public long size() {
      return file().size();
    }

    @Override
    public void sync() {
      file().sync();
    }
  }

  /** A tracked {@link MappedFile}. */
  static final class Mapped extends TrackedFile<MappedFile> implements MappedFile {

    Mapped(Set<TrackedFile<?>> open) {
      super(open);
    }

    @Override
    void close(MappedFile file) {
      file.close();
    }

    @Override
    public Path path() {
      return file().path();
    }

    @Override
    public void renamed(Path path) {
      file().renamed(path);
    }

    @Override
    public long size() {
      return file().size();
    }

    @Override
    public MemorySegment memory() {
      return file().memory();
    }

    @Override
    public void write(long position, MemorySegment source, long offset, long length) {
      file().write(position, source, offset, length);
    }

    @Override
    public void writeForSync(long position, MemorySegment source, long offset, long length) {
      file().writeForSync(position, source, offset, length);
    }

    @Override
    public void prefault() {
      file().prefault();
    }

    @Override
    public void sync(long position, long length) {
      file().sync(position, length);
    }
  }

  /** A tracked {@link LockFile}. */
  static final class Lock extends TrackedFile<LockFile> implements LockFile {

    Lock(Set<TrackedFile<?>> open) {
      super(open);
    }

    @Override
    void close(LockFile file) {
      file.close();
    }

    @Override
    public String text() {
      return file().text();
    }

    @Override
    public void describe(String text) {
      file().describe(text);
    }

    @Override
    public String claim() {
      return file().claim();
    }

    @Override
    public void check() {
      file().check();
    }
  }
}
