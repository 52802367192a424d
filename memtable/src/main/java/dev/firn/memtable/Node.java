package dev.firn.memtable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * A node of the skip list: its layout, and access to its fields.
 *
 * <p>A node is known by its offset in the arena, in bytes here and in 8-byte units in links, never
 * by an address: an arena means the same wherever it is mapped. Integers are in the machine's
 * order.
 *
 * <p><b>Layout.</b>
 *
 * <pre>
 *    offset  size  field
 *   -4-4*l     4  link          u32, the next node on level l in 8-byte units, 0 = none
 *        0     8  prefix        u64, see {@link SharedPrefixes}; compared as an unsigned number
 *        8     8  trailer       u64, sequence and kind
 *       16     4  value offset  u32, in the journal segment
 *       20     4  value length  u31; the highest bit marks that the key has a newer entry
 *       24     4  key length    u32
 *       28     n  store key
 * </pre>
 *
 * A node starts at a multiple of 8. How high its tower of links is, is not stored: a search only
 * meets a node on levels that the node is linked on.
 *
 * <p><b>Threading.</b> Links are read with acquire and changed by compare-and-set; all other fields
 * are written once, before the node is linked, but for the mark of a newer entry. The essay in
 * {@link SkipList} says why that is enough.
 */
final class Node {

  /** The most levels a node is on. With one node in four going up, enough for 4^12 nodes. */
  static final int MAX_HEIGHT = 12;

  /** Bytes from a node's start to its key. */
  static final int KEY = 28;

  private static final int TRAILER = 8;
  private static final int VALUE_OFFSET = 16;
  private static final int VALUE_LENGTH = 20;
  private static final int KEY_LENGTH = 24;

  private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final VarHandle LINK = ValueLayout.JAVA_INT.varHandle();
  private static final VarHandle MARK = LINK;
  private static final int SUPERSEDED = 1 << 31;

  private Node() {}

  /** The next node on a level, or 0; everything in it is visible to the caller. */
  static long next(MemorySegment memory, long node, int level) {
    return ((int) LINK.getAcquire(memory, link(node, level)) & 0xffffffffL) << 3;
  }

  /** Sets a link of a node that is not yet linked on this level. */
  static void setNext(MemorySegment memory, long node, int level, long next) {
    memory.set(U32, link(node, level), (int) (next >>> 3));
  }

  /** Replaces a link if it still is {@code expected}; what the caller wrote before is published. */
  static boolean casNext(MemorySegment memory, long node, int level, long expected, long next) {
    return LINK.compareAndSet(
        memory, link(node, level), (int) (expected >>> 3), (int) (next >>> 3));
  }

  /** Writes everything but the links. */
  static void init(
      MemorySegment memory,
      long node,
      long prefix,
      long trailer,
      long valueOffset,
      long valueLength,
      MemorySegment key,
      long keyOffset,
      int keyLength) {
    memory.set(U64, node, prefix);
    memory.set(U64, node + TRAILER, trailer);
    memory.set(U32, node + VALUE_OFFSET, (int) valueOffset);
    memory.set(U32, node + VALUE_LENGTH, (int) valueLength);
    memory.set(U32, node + KEY_LENGTH, keyLength);
    MemorySegment.copy(key, keyOffset, memory, node + KEY, keyLength);
  }

  static long prefix(MemorySegment memory, long node) {
    return memory.get(U64, node);
  }

  static long trailer(MemorySegment memory, long node) {
    return memory.get(U64, node + TRAILER);
  }

  static long valueOffset(MemorySegment memory, long node) {
    return memory.get(U32, node + VALUE_OFFSET) & 0xffffffffL;
  }

  static long valueLength(MemorySegment memory, long node) {
    return memory.get(U32, node + VALUE_LENGTH) & ~SUPERSEDED;
  }

  /** Whether {@link #setSuperseded} was called. */
  static boolean isSuperseded(MemorySegment memory, long node) {
    return memory.get(U32, node + VALUE_LENGTH) < 0;
  }

  /** Marks a node whose key has a newer entry in the list, or is about to get one. Never undone. */
  static void setSuperseded(MemorySegment memory, long node) {
    int length = (int) MARK.getOpaque(memory, node + VALUE_LENGTH);
    if (length >= 0) {
      MARK.setOpaque(memory, node + VALUE_LENGTH, length | SUPERSEDED);
    }
  }

  static int keyLength(MemorySegment memory, long node) {
    return memory.get(U32, node + KEY_LENGTH);
  }

  private static long link(long node, int level) {
    return node - Integer.BYTES - (long) Integer.BYTES * level;
  }
}
