package dev.firn.sstable;

import dev.firn.core.file.ReadFile;
import dev.firn.error.StorageException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A copy of a file in memory, made by positional reads. What the device cannot deliver is zeros,
 * which no checksum matches.
 *
 * <p><b>Threading.</b> Belongs to one thread. <b>Ownership.</b> The caller owns the memory.
 */
final class CopiedFile implements ReadFile {

  private static final long STEP_BYTES = 64 * 1024;

  private final Path path;
  private final long size;
  private final MemorySegment memory;

  CopiedFile(ReadFile source, Arena arena) {
    this.path = source.path();
    this.size = source.size();
    this.memory = arena.allocate(size + TableFormat.SLACK_BYTES, Long.BYTES);
    for (long at = 0; at < size; at += STEP_BYTES) {
      copy(source, at, Math.min(STEP_BYTES, size - at));
    }
  }

  private void copy(ReadFile source, long at, long length) {
    try {
      source.read(at, memory, at, length);
    } catch (StorageException e) {
      if (length > 1) {
        // Find out which part it is: a device refuses sectors.
        long half = length > 512 ? length / 2 : length;
        if (half < length) {
          copy(source, at, half);
          copy(source, at + half, length - half);
        } else {
          memory.asSlice(at, length).fill((byte) 0);
        }
      }
    }
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long position, MemorySegment target, long offset, long length) {
    if (position < 0 || length > size - position) {
      throw new StorageException(path, "ends before position " + (position + length), null);
    }
    MemorySegment.copy(memory, position, target, offset, length);
  }

  @Override
  public MemorySegment map() {
    return memory;
  }

  @Override
  public void close() {}
}
