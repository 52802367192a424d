package dev.firn.engine;

import dev.firn.core.file.AppendFile;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.LockFile;
import dev.firn.core.file.MappedFile;
import dev.firn.core.file.ReadFile;
import dev.firn.error.FirnException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file system that tells the store's health of each file that cannot be deleted. Whoever deletes
 * goes on without an error, since the next opening does it again; here is the one place where
 * nobody can forget to say so.
 *
 * <p><b>Threading.</b> Any thread may call.
 */
final class WatchedFiles implements FileSystem {

  private final FileSystem files;
  private final Health health;

  WatchedFiles(FileSystem files, Health health) {
    this.files = files;
    this.health = health;
  }

  @Override
  public void delete(Path file) {
    try {
      files.delete(file);
    } catch (FirnException e) {
      health.warn("deleting a file that is not needed any more", e);
      throw e;
    }
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
  public void rename(Path from, Path to) {
    files.rename(from, to);
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
}
