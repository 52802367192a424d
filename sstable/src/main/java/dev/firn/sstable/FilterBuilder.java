package dev.firn.sstable;

import static dev.firn.sstable.TableFormat.U64;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Builds the filter section in memory, see {@link FilterFormat}: collects the hashes, and sets the
 * bits when the number of keys is known.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 */
final class FilterBuilder {

  private final Arena arena;
  private final int bitsPerKey;
  private final NativeBuffer hashes;
  private long count;

  FilterBuilder(Arena arena, int bitsPerKey) {
    this.arena = arena;
    this.bitsPerKey = bitsPerKey;
    this.hashes = new NativeBuffer(arena, 64 * 1024);
  }

  /** Adds a key by its hash. */
  void add(long hash) {
    long end = Long.BYTES * count;
    hashes.ensure(end + Long.BYTES, end).set(U64, end, hash);
    count++;
  }

  /** Key count. */
  long count() {
    return count;
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
    MemorySegment source = hashes.memory();
    for (long i = 0; i < count; i++) {
      set(bits, source.get(U64, Long.BYTES * i), lines, probes);
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
