package dev.firn.memtable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * A Bloom filter of a memtable's keys in which all bits of a key are in one word of 64 bits, so
 * that a look-up reads one word.
 *
 * <p>The false positive rate is about 1 in 150 with 20 bits per key, and 1 in 25 with 10 bits.
 *
 * <p><b>Threading.</b> Any number of threads add and look up at the same time. A thread that knows
 * that an entry was inserted finds its key here.
 */
final class KeyFilter {

  private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();
  private static final int BITS = 6;

  private final MemorySegment memory;
  private final long words;

  /** Over memory that is all zeros. */
  KeyFilter(MemorySegment memory) {
    this.memory = memory;
    this.words = memory.byteSize() / Long.BYTES;
  }

  /** Adds a key by its {@link dev.firn.core.KeyHash}, before its node is linked. */
  void add(long hash) {
    long at = at(hash);
    long bits = bits(hash);
    if (((long) WORD.getOpaque(memory, at) & bits) != bits) {
      WORD.getAndBitwiseOr(memory, at, bits);
    }
  }

  /** Loads the word of a hash, for {@link dev.firn.core.Prefetch#consume}. */
  long prefetch(long hash) {
    return (long) WORD.getOpaque(memory, at(hash));
  }

  /** Whether a key may have been added. */
  boolean mayContain(long hash) {
    long bits = bits(hash);
    return ((long) WORD.getOpaque(memory, at(hash)) & bits) == bits;
  }

  /** The high bits choose the word. */
  private long at(long hash) {
    return Math.unsignedMultiplyHigh(hash, words) * Long.BYTES;
  }

  /** The low bits choose four bits of it. */
  private static long bits(long hash) {
    return 1L << hash
        | 1L << (hash >>> BITS)
        | 1L << (hash >>> (2 * BITS))
        | 1L << (hash >>> (3 * BITS));
  }
}
