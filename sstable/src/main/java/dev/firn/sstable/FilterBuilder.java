package dev.firn.sstable;

import static dev.firn.sstable.TableFormat.U64;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds the filter section in memory, see {@link FilterFormat}: collects the hashes, and sets the
 * bits when the number of keys is known.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 */
final class FilterBuilder {

  private static final int CHUNK_BYTES = 64 * 1024;

  private final Arena arena;
  private final int bitsPerKey;

  /** The hashes, in full chunks but for the last. */
  private final List<MemorySegment> chunks = new ArrayList<>();

  private MemorySegment chunk = MemorySegment.NULL;
  private long chunkEnd = CHUNK_BYTES;
  private long count;

  FilterBuilder(Arena arena, int bitsPerKey) {
    this.arena = arena;
    this.bitsPerKey = bitsPerKey;
  }

  /** Adds a key by its hash. */
  void add(long hash) {
    if (chunkEnd == CHUNK_BYTES) {
      chunk = arena.allocate(CHUNK_BYTES, Long.BYTES);
      chunks.add(chunk);
      chunkEnd = 0;
    }
    chunk.set(U64, chunkEnd, hash);
    chunkEnd += Long.BYTES;
    count++;
  }

  /** Key count. */
  long count() {
    return count;
  }

  /** The memory of the hashes. */
  long bufferBytes() {
    return Long.BYTES * count;
  }

  /** Estimated length of the section. */
  long bytes() {
    return lines() * FilterFormat.LINE_BYTES;
  }

  /** Writes the section. */
  void write(TableOutput out) {
    long lines = lines();
    int probes = FilterFormat.probes(bitsPerKey);
    MemorySegment bits = arena.allocate(bytes(), FilterFormat.LINE_BYTES);
    long left = Long.BYTES * count;
    for (MemorySegment source : chunks) {
      long bytes = Math.min(left, CHUNK_BYTES);
      for (long at = 0; at < bytes; at += Long.BYTES) {
        set(bits, source.get(U64, at), lines, probes);
      }
      left -= bytes;
    }
    out.begin();
    out.align();
    out.put(bits, 0, bytes());
    out.end(Codec.NONE);
  }

  private static void set(MemorySegment bits, long hash, long lines, int probes) {
    long line = FilterFormat.line(hash, lines) * FilterFormat.LINE_BYTES;
    long product = hash;
    for (int i = 0; i < probes; i++) {
      product *= FilterFormat.STEP;
      long bit = product >>> FilterFormat.BIT_SHIFT;
      long word = line + (bit >>> 6) * Long.BYTES;
      bits.set(U64, word, bits.get(U64, word) | 1L << bit);
    }
  }

  private long lines() {
    return Math.max(1, (count * bitsPerKey + FilterFormat.LINE_BITS - 1) / FilterFormat.LINE_BITS);
  }
}
