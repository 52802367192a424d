package dev.firn.sstable;

import dev.firn.core.Checksum;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A growing buffer of anonymous memory. Memory that it outgrew stays allocated as long as its
 * arena; as the size doubles, that is never more than the size.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time. <b>Ownership.</b> The arena's.
 */
final class NativeBuffer {

  private final Arena arena;
  private MemorySegment memory;

  /** Null if the memory is too large for a buffer. */
  private @Nullable ByteBuffer view;

  private long size;

  NativeBuffer(Arena arena, long bytes) {
    this.arena = arena;
    this.memory = arena.allocate(bytes, Long.BYTES);
    this.view = view(memory);
    this.size = bytes;
  }

  /** The current memory; {@link #ensure} may replace it. */
  MemorySegment memory() {
    return memory;
  }

  /**
   * The same memory as a buffer in native byte order; callers set position and limit.
   *
   * @throws IllegalStateException when it is too large for a buffer
   */
  ByteBuffer bytes() {
    ByteBuffer buffer = view;
    if (buffer == null) {
      throw new IllegalStateException("size=" + size);
    }
    return buffer;
  }

  long size() {
    return size;
  }

  /** Makes room for {@code bytes} and keeps the first {@code keep} bytes. */
  MemorySegment ensure(long bytes, long keep) {
    if (bytes > size) {
      grow(bytes, keep);
    }
    return memory;
  }

  private void grow(long bytes, long keep) {
    long larger = Math.max(bytes, 2 * size);
    MemorySegment replacement = arena.allocate(larger, Long.BYTES);
    MemorySegment.copy(memory, 0, replacement, 0, keep);
    memory = replacement;
    view = view(replacement);
    size = larger;
  }

  private static @Nullable ByteBuffer view(MemorySegment memory) {
    return memory.byteSize() > Checksum.MAX_VIEW_BYTES
        ? null
        : memory.asByteBuffer().order(ByteOrder.nativeOrder());
  }
}
