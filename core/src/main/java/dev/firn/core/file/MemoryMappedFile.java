package dev.firn.core.file;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file in memory, mapped to be read and written: anonymous memory that shows the file's pages.
 * After a failed force every later one throws that failure, as with a real file.
 */
final class MemoryMappedFile extends MemoryHandle implements MappedFile {

  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;
  private final MemorySegment view;

  private volatile @Nullable RuntimeException failure;

  MemoryMappedFile(MemoryDevice device, Path path, MemoryFile file) {
    super(device, path, file, FileOperation.MAP);
    memory = arena.allocate(file.size(), PowerCut.PAGE_BYTES);
    view = memory.asReadOnly();
    file.addMapping(memory);
  }

  @Override
  public long size() {
    return memory.byteSize();
  }

  @Override
  public MemorySegment memory() {
    return view;
  }

  @Override
  public void write(long position, MemorySegment source, long offset, long length) {
    device.before(FileOperation.WRITE, path);
    Objects.checkFromIndexSize(position, length, memory.byteSize());
    synchronized (device.mutex) {
      requireOpen();
      file.write(position, source, offset, length);
    }
  }

  @Override
  public void prefault() {
    device.before(FileOperation.PREFAULT, path);
    requireOpen();
  }

  @Override
  public void force(long position, long length) {
    Objects.checkFromIndexSize(position, length, memory.byteSize());
    if (failure != null) {
      throw failure;
    }
    try {
      device.before(FileOperation.FORCE, path);
    } catch (RuntimeException e) {
      synchronized (device.mutex) {
        file.forceFailed(position, length);
      }
      failure = e;
      throw e;
    }
    synchronized (device.mutex) {
      requireOpen();
      file.force(position, length);
    }
  }

  @Override
  void release() {
    file.removeMapping(memory);
    arena.close();
  }
}
