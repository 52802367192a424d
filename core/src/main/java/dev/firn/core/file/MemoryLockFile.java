package dev.firn.core.file;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A lock on a file in memory. */
final class MemoryLockFile extends MemoryHandle implements LockFile {

  MemoryLockFile(MemoryDevice device, Path path, MemoryFile file) {
    super(device, path, file, FileOperation.LOCK);
    file.setLocked(true);
  }

  @Override
  public String text() {
    synchronized (device.mutex) {
      requireOpen();
      byte[] bytes = new byte[(int) file.size()];
      file.read(0, MemorySegment.ofArray(bytes), 0, bytes.length);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  @Override
  public void describe(String text) {
    device.before(FileOperation.DESCRIBE, path);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    synchronized (device.mutex) {
      requireOpen();
      device.reserve(path, bytes.length - file.size());
      file.replace(MemorySegment.ofArray(bytes));
    }
  }

  @Override
  void release() {
    file.setLocked(false);
  }
}
