package dev.firn.test;

import dev.firn.core.file.AppendFile;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.LockFile;
import dev.firn.core.file.MappedFile;
import dev.firn.core.file.ReadFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A file system that does everything as another one; for subclasses to do something otherwise. */
public abstract class ForwardingFileSystem implements FileSystem {

  private final FileSystem files;

  protected ForwardingFileSystem(FileSystem files) {
    this.files = files;
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
  public AppendFile create(Path file) {
    return new ForwardingAppendFile(files.create(file));
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
  public MappedFile map(Path file) {
    return new ForwardingMappedFile(files.map(file));
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
  public void syncDirectory(Path directory) {
    files.syncDirectory(directory);
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
  public Optional<String> copyOnWriteKind(Path directory) {
    return files.copyOnWriteKind(directory);
  }

  @Override
  public long usableBytes(Path directory) {
    return files.usableBytes(directory);
  }

  /** Called instead of {@code force}, which it may do or not. */
  protected void force(Path file, Runnable force) {
    force.run();
  }

  private final class ForwardingAppendFile implements AppendFile {

    private final AppendFile file;

    ForwardingAppendFile(AppendFile file) {
      this.file = file;
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
    public void force() {
      ForwardingFileSystem.this.force(file.path(), file::force);
    }

    @Override
    public void close() {
      file.close();
    }
  }

  private final class ForwardingMappedFile implements MappedFile {

    private final MappedFile file;

    ForwardingMappedFile(MappedFile file) {
      this.file = file;
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
    public void force(long position, long length) {
      ForwardingFileSystem.this.force(file.path(), () -> file.force(position, length));
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
