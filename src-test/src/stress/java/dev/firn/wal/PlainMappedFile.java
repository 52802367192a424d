package dev.firn.wal;

import dev.firn.core.file.MappedFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Memory in the place of a mapped file. It orders no stores: the journal alone decides what a
 * reader sees of a store into it.
 *
 * <p><b>Threading.</b> As {@link MappedFile}.
 *
 * <p><b>Ownership.</b> The garbage collector frees the memory.
 */
public class PlainMappedFile implements MappedFile {

  private static final Path PATH = Path.of("memory.journal");

  private final MemorySegment memory;

  /** A file of {@code bytes} bytes, off the heap, all zeros. */
  public PlainMappedFile(long bytes) {
    this(Arena.ofAuto().allocate(bytes, Long.BYTES));
  }

  /** Over memory that may hold anything. */
  public PlainMappedFile(MemorySegment memory) {
    this.memory = memory;
  }

  @Override
  public Path path() {
    return PATH;
  }

  @Override
  public void renamed(Path path) {}

  @Override
  public long size() {
    return memory.byteSize();
  }

  @Override
  public MemorySegment memory() {
    return memory;
  }

  @Override
  public void write(long position, MemorySegment source, long offset, long length) {
    MemorySegment.copy(source, offset, memory, position, length);
  }

  @Override
  public void prefault() {}

  @Override
  public void sync(long position, long length) {}

  @Override
  public void close() {}
}
