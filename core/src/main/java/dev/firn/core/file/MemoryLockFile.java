package dev.firn.core.file;

import dev.firn.error.StorageException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** A lock on a file in memory. */
final class MemoryLockFile extends MemoryHandle implements LockFile {

  private final BooleanSupplier isNamed;

  /**
   * @param isNamed whether the path still names the file
   */
  MemoryLockFile(MemoryDevice device, Path path, MemoryFile file, BooleanSupplier isNamed) {
    super(device, path, file, FileOperation.LOCK);
    this.isNamed = isNamed;
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
  public String claim() {
    return "open in process " + ProcessHandle.current().pid() + "\n";
  }

  @Override
  public void check() {
    if (!isNamed.getAsBoolean()) {
      throw new StorageException(path, "was moved, deleted or replaced", null);
    }
  }

  @Override
  void release() {
    file.setLocked(false);
  }
}
