package dev.firn.core.file;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file system that forwards every operation to another one; for subclasses to override.
 *
 * <p><b>Threading.</b> As the other file system.
 */
public abstract class ForwardingFileSystem implements FileSystem {

  private final FileSystem files;

  protected ForwardingFileSystem(FileSystem files) {
    this.files = files;
  }

  @Override
  public Path resolve(Path directory) {
    return files.resolve(directory);
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
    return files.create(file);
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
    return files.map(file);
  }

  @Override
  public boolean canPunch() {
    return files.canPunch();
  }

  @Override
  public boolean punch(Path file, long[] ranges) {
    return files.punch(file, ranges);
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
  public void checkOwned(Path directory) {
    files.checkOwned(directory);
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
}
