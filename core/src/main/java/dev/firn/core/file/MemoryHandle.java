package dev.firn.core.file;

import java.nio.file.Path;

/** An open file in memory, of any kind. */
abstract sealed class MemoryHandle implements AutoCloseable
    permits MemoryAppendFile, MemoryReadFile, MemoryMappedFile, MemoryLockFile {

  final MemoryDevice device;
  volatile Path path;
  final MemoryFile file;
  private final OpenFile opened;

  MemoryHandle(MemoryDevice device, Path path, MemoryFile file, FileOperation operation) {
    this.device = device;
    this.path = path;
    this.file = file;
    this.opened = device.opened(path, operation, file);
  }

  /** For {@code path()} of the interfaces. */
  public final Path path() {
    return path;
  }

  final void requireOpen() {
    if (!device.isOpen(opened)) {
      throw IoFailure.closed(path, null);
    }
  }

  @Override
  public final void close() {
    synchronized (device.mutex) {
      if (device.closed(opened, file)) {
        release();
      }
    }
  }

  /** Releases what this kind holds. Called once, with the mutex. */
  abstract void release();
}
