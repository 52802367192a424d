package dev.firn.core.file;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A new file on disk. After the first failure every later write and sync throws it. */
final class RealAppendFile implements AppendFile {

  private final Path path;
  private final UninterruptibleFile file;
  private long size;
  private @Nullable RuntimeException failure;

  RealAppendFile(Path path, UninterruptibleFile file) {
    this.path = path;
    this.file = file;
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public void append(MemorySegment source, long offset, long length) {
    throwFailure();
    try {
      file.write(size, source, offset, length);
    } catch (IOException e) {
      throw failed(IoFailure.of(path, "cannot be written at position " + size, length, e));
    }
    size += length;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void sync() {
    throwFailure();
    try {
      file.sync();
    } catch (IOException e) {
      throw failed(IoFailure.of(path, "cannot be synced", e));
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw IoFailure.of(path, "cannot be closed", e);
    }
  }

  private void throwFailure() {
    if (failure != null) {
      throw failure;
    }
  }

  private RuntimeException failed(RuntimeException e) {
    failure = e;
    return e;
  }
}
