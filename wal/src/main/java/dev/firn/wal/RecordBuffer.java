package dev.firn.wal;

import dev.firn.core.Checksum;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Memory for a record that is being built.
 *
 * <p><b>Ownership.</b> That of {@link RecordBuffers}.
 *
 * @param memory the memory
 * @param view the same as a buffer; null if it is too large for that
 * @param free frees the memory; null for a small one, which is left to the collector
 */
record RecordBuffer(MemorySegment memory, @Nullable ByteBuffer view, @Nullable Runnable free) {

  /** Adds bytes of the memory to a checksum; allocates nothing if there is a view. */
  void absorb(Checksum checksum, long from, long to) {
    ByteBuffer bytes = view;
    if (bytes != null) {
      checksum.update(bytes.limit((int) to).position((int) from));
    } else {
      checksum.update(memory, from, to - from);
    }
  }

  static RecordBuffer of(Arena arena, long bytes, @Nullable Runnable free) {
    MemorySegment memory = arena.allocate(bytes, Long.BYTES);
    return new RecordBuffer(
        memory, bytes <= Checksum.MAX_VIEW_BYTES ? memory.asByteBuffer() : null, free);
  }
}
