package dev.firn.test.fuzz;

import dev.firn.core.file.ReadFile;
import dev.firn.error.StorageException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** Bytes that can be read as a file; the mapping ends where they end. */
final class BytesFile implements ReadFile {

  private final Path path;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment bytes;
  private boolean open = true;

  BytesFile(Path path, byte[] bytes) {
    this.path = path;
    this.bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes).asReadOnly();
  }

  boolean isOpen() {
    return open;
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public long size() {
    return bytes.byteSize();
  }

  @Override
  public void read(long position, MemorySegment target, long offset, long length) {
    if (position < 0 || length < 0) {
      throw new IllegalArgumentException("position=" + position + ", length=" + length);
    }
    if (length > bytes.byteSize() - position) {
      throw new StorageException(path, "ends before position " + (position + length), null);
    }
    MemorySegment.copy(bytes, position, target, offset, length);
  }

  @Override
  public MemorySegment map() {
    return bytes;
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      arena.close();
    }
  }
}
