package dev.firn.test.damage;

import dev.firn.core.file.AppendFile;
import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.LockFile;
import dev.firn.core.file.MappedFile;
import dev.firn.core.file.ReadFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/** A file system that says yes to some kind of sync and does nothing. */
final class ForgetfulFileSystem implements FileSystem {

  /** What is forgotten: to put this on the device. */
  enum Forgets {
    JOURNALS,
    TABLES,
    MANIFESTS,
    CURRENT,
    NAMES;

    /** Whether it is this file, perhaps under the name that it has while it is written. */
    boolean applyTo(Path file) {
      String name = file.getFileName().toString();
      return switch (this) {
        case JOURNALS -> name.contains(".journal");
        case TABLES -> name.contains(".table");
        case MANIFESTS -> name.startsWith("manifest-");
        case CURRENT -> name.startsWith(FileName.CURRENT);
        case NAMES -> false;
      };
    }
  }

  private final FileSystem files;
  private final Forgets forgets;

  ForgetfulFileSystem(FileSystem files, Forgets forgets) {
    this.files = files;
    this.forgets = forgets;
  }

  @Override
  public void syncDirectory(Path directory) {
    if (forgets != Forgets.NAMES) {
      files.syncDirectory(directory);
    }
  }

  @Override
  public AppendFile create(Path file) {
    return new Appended(files.create(file), forgets.applyTo(file));
  }

  @Override
  public MappedFile map(Path file) {
    return new Mapped(files.map(file), forgets.applyTo(file));
  }

  @Override
  public void createDirectories(Path directory) {
    files.createDirectories(directory);
  }

  @Override
  public boolean exists(Path path) {
    return files.exists(path);
  }

  @Override
  public boolean isDirectory(Path path) {
    return files.isDirectory(path);
  }

  @Override
  public List<String> list(Path directory) {
    return files.list(directory);
  }

  @Override
  public long size(Path file) {
    return files.size(file);
  }

  @Override
  public ReadFile openRead(Path file) {
    return files.openRead(file);
  }

  @Override
  public void allocate(Path file, long bytes) {
    files.allocate(file, bytes);
  }

  @Override
  public void rename(Path from, Path to) {
    files.rename(from, to);
  }

  @Override
  public void delete(Path file) {
    files.delete(file);
  }

  @Override
  public LockFile lock(Path file) {
    return files.lock(file);
  }

  @Override
  public long bootId() {
    return files.bootId();
  }

  @Override
  public long usableBytes(Path directory) {
    return files.usableBytes(directory);
  }

  private record Appended(AppendFile file, boolean forgets) implements AppendFile {

    @Override
    public void force() {
      if (!forgets) {
        file.force();
      }
    }

    @Override
    public Path path() {
      return file.path();
    }

    @Override
    public void append(MemorySegment source, long offset, long length) {
      file.append(source, offset, length);
    }

    @Override
    public long size() {
      return file.size();
    }

    @Override
    public void close() {
      file.close();
    }
  }

  private record Mapped(MappedFile file, boolean forgets) implements MappedFile {

    @Override
    public void force(long position, long length) {
      if (!forgets) {
        file.force(position, length);
      }
    }

    @Override
    public Path path() {
      return file.path();
    }

    @Override
    public long size() {
      return file.size();
    }

    @Override
    public MemorySegment memory() {
      return file.memory();
    }

    @Override
    public void write(long position, MemorySegment source, long offset, long length) {
      file.write(position, source, offset, length);
    }

    @Override
    public void prefault() {
      file.prefault();
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
