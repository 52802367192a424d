package dev.firn.core.file;

import dev.firn.error.FirnException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A new file in memory. After the first failure every later write and sync throws it. */
final class MemoryAppendFile extends MemoryHandle implements AppendFile {

  private @Nullable RuntimeException failure;

  MemoryAppendFile(MemoryDevice device, Path path, MemoryFile file) {
    super(device, path, file, FileOperation.CREATE);
  }

  @Override
  public void append(MemorySegment source, long offset, long length) {
    orFail(
        FileOperation.APPEND,
        () -> {
          device.reserve(path, length);
          file.write(file.size(), source, offset, length);
        });
  }

  @Override
  public long size() {
    synchronized (device.mutex) {
      return file.size();
    }
  }

  @Override
  public void sync() {
    Runnable[] end = new Runnable[1];
    orFail(FileOperation.SYNC, () -> end[0] = file.beginSync());
    device.during(FileOperation.SYNC, path);
    synchronized (device.mutex) {
      end[0].run();
    }
  }

  private void orFail(FileOperation operation, Runnable action) {
    if (failure != null) {
      throw failure;
    }
    try {
      device.before(operation, path);
      synchronized (device.mutex) {
        requireOpen();
        action.run();
      }
    } catch (FirnException e) {
      failure = e;
      synchronized (device.mutex) {
        file.syncFailed(0, file.size());
      }
      throw e;
    }
  }

  @Override
  void release() {}
}
