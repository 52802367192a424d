package dev.firn.core.file;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file in memory, mapped for reading and writing: anonymous memory that shows the file's pages.
 * After a failed store or sync every later sync throws that failure, as with a real file.
 */
final class MemoryMappedFile extends MemoryHandle implements MappedFile {

  private final Arena arena = Arena.ofShared();

  /** Only the file stores into it; each sync checks that. */
  final MemorySegment memory;

  private final MemorySegment view;

  private volatile @Nullable RuntimeException failure;

  MemoryMappedFile(MemoryDevice device, Path path, MemoryFile file) {
    super(device, path, file, FileOperation.MAP);
    memory = arena.allocate(file.size(), PowerCut.PAGE_BYTES);
    view = memory.asReadOnly();
    file.addMapping(memory);
  }

  @Override
  public void renamed(Path path) {
    this.path = path;
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
    beforeOrFail(FileOperation.WRITE);
    Objects.checkFromIndexSize(position, length, memory.byteSize());
    synchronized (device.mutex) {
      requireOpen();
      file.write(position, source, offset, length);
    }
  }

  @Override
  public void prefault() {
    beforeOrFail(FileOperation.PREFAULT);
    requireOpen();
  }

  @Override
  public void sync(long position, long length) {
    Objects.checkFromIndexSize(position, length, memory.byteSize());
    if (failure != null) {
      throw failure;
    }
    try {
      beforeOrFail(FileOperation.SYNC);
    } catch (RuntimeException e) {
      synchronized (device.mutex) {
        file.syncFailed(position, length);
      }
      throw e;
    }
    Runnable end;
    synchronized (device.mutex) {
      requireOpen();
      end = file.beginSync(position, length);
    }
    device.during(FileOperation.SYNC, path);
    synchronized (device.mutex) {
      requireOpen();
      end.run();
    }
  }

  private void beforeOrFail(FileOperation operation) {
    try {
      device.before(operation, path);
    } catch (RuntimeException e) {
      failure = e;
      throw e;
    }
  }

  @Override
  void release() {
    file.removeMapping(memory);
    arena.close();
  }
}
