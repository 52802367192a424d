package dev.firn.core.file;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.error.StorageException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file in memory, open for reading; its mapping is a copy that follows all stores. */
final class MemoryReadFile extends MemoryHandle implements ReadFile {

  private final long size;

  /**
   * Created with the mapping: most files have none, and closing a shared arena stops all threads.
   */
  @GuardedBy("device.mutex")
  private @Nullable Arena arena;

  @GuardedBy("device.mutex")
  private @Nullable MemorySegment memory;

  private volatile @Nullable MemorySegment mapping;

  MemoryReadFile(MemoryDevice device, Path path, MemoryFile file) {
    super(device, path, file, FileOperation.OPEN_READ);
    this.size = file.size();
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long position, MemorySegment target, long offset, long length) {
    if (position < 0 || length < 0) {
      throw new IllegalArgumentException("position=" + position + ", length=" + length);
    }
    device.before(FileOperation.READ, path);
    synchronized (device.mutex) {
      requireOpen();
      if (length > file.size() - position) {
        throw new StorageException(
            path,
            "cannot be read at position "
                + position
                + ", length "
                + length
                + ": it has "
                + file.size()
                + " bytes",
            null);
      }
      file.read(position, target, offset, length);
    }
  }

  @Override
  public MemorySegment map() {
    MemorySegment seen = mapping;
    if (seen != null) {
      return seen;
    }
    device.before(FileOperation.MAP, path);
    synchronized (device.mutex) {
      MemorySegment mapped = mapping;
      if (mapped == null) {
        requireOpen();
        Arena made = Arena.ofShared();
        MemorySegment filled = made.allocate(size);
        file.addMapping(filled);
        arena = made;
        memory = filled;
        mapped = filled.asReadOnly();
        mapping = mapped;
      }
      return mapped;
    }
  }

  @Override
  void release() {
    synchronized (device.mutex) {
      if (memory != null && arena != null) {
        file.removeMapping(memory);
        arena.close();
      }
    }
  }
}
