package dev.firn.memtable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Tells of most keys that a memtable does not have them, at the price of one look at one word: a
 * Bloom filter in which all bits of a key lie in one word of 64.
 *
 * <p>With 20 bits a key about one key in 150 that is not there is believed to be; with 10 bits, one
 * in 25.
 *
 * <p><b>Threading.</b> Any number of threads add and ask at the same time. Whoever knows of an
 * entry that it was inserted finds its key here.
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
