package dev.firn.memtable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * A node of the skip list: its layout, and access to its fields.
 *
 * <p>A node is identified by its offset in the arena, in bytes here and in 8-byte units in links,
 * never by an address: the contents of an arena do not depend on where it is mapped. Integers are
 * in the machine's byte order.
 *
 * <p><b>Layout.</b>
 *
 * <pre>
 *    offset  size  field
 *   -8-8*l     8  link          to the next node on level l
 *        0     8  trailer       u64, sequence and kind
 *        8     4  value offset  u32, in the journal segment
 *       12     4  value length  u31; the highest bit is set if the key has a newer entry
 *       16     4  key length    u32
 *       20     n  store key
 *
 *   a link, from the highest bit on
 *     bits  field
 *       32  normalized key  of the next node, see {@link KeyNormalizer}
 *       32  next            the next node in 8-byte units, 0 = none
 * </pre>
 *
 * In most cases the normalized key in a link decides how the next node's key compares, so a search
 * does not load nodes that it does not go to. A node starts at a multiple of 8. The height of its
 * tower of links is not stored: a search meets a node only on levels on which the node is linked.
 *
 * <p><b>Threading.</b> Links are read with acquire and changed by compare-and-set. All other fields
 * are written once, before the node is linked, except the mark of a newer entry. The essay in
 * {@link SkipList} explains why that is enough.
 */
final class Node {

  /** The maximum height of a node. One node in four goes up a level: enough for 4^12 nodes. */
  static final int MAX_HEIGHT = 12;

  /** Bytes from a node's start to its key. */
  static final int KEY = 20;

  /** The size of a link. */
  static final int LINK_BYTES = Long.BYTES;

  /** The link to no node. Its normalized key is the largest. */
  static final long END = TreeKeyNormalizer.MAX_NORMALIZED << 32;

  private static final int VALUE_OFFSET = 8;
  private static final int VALUE_LENGTH = 12;
  private static final int KEY_LENGTH = 16;

  private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final VarHandle LINK = ValueLayout.JAVA_LONG.varHandle();
  private static final VarHandle MARK = ValueLayout.JAVA_INT.varHandle();
  private static final int SUPERSEDED = 1 << 31;

  private Node() {}

  /** The link to a node with this normalized key. */
  static long linkTo(long node, long normalized) {
    return normalized << 32 | node >>> 3;
  }

  /** The node that a link leads to, or 0. */
  static long target(long link) {
    return (link & 0xffffffffL) << 3;
  }

  /** The normalized key of the node that a link leads to; the largest if there is no node. */
  static long normalizedKey(long link) {
    return link >>> 32;
  }

  /** The link to the next node on a level; all of that node is visible to the caller. */
  static long link(MemorySegment memory, long node, int level) {
    return (long) LINK.getAcquire(memory, linkOffset(node, level));
  }

  /** The next node on a level, or 0; all of it is visible to the caller. */
  static long next(MemorySegment memory, long node, int level) {
    return target(link(memory, node, level));
  }

  /** Sets a link of a node that is not linked on this level yet. */
  static void setLink(MemorySegment memory, long node, int level, long link) {
    memory.set(U64, linkOffset(node, level), link);
  }

  /** Replaces a link if it is still {@code expected}; publishes the caller's earlier stores. */
  static boolean casLink(MemorySegment memory, long node, int level, long expected, long link) {
    return LINK.compareAndSet(memory, linkOffset(node, level), expected, link);
  }

  /** Writes everything except the links. */
  static void init(
      MemorySegment memory,
      long node,
      long trailer,
      long valueOffset,
      long valueLength,
      MemorySegment key,
      long keyOffset,
      int keyLength) {
    memory.set(U64, node, trailer);
    memory.set(U32, node + VALUE_OFFSET, (int) valueOffset);
    memory.set(U32, node + VALUE_LENGTH, (int) valueLength);
    memory.set(U32, node + KEY_LENGTH, keyLength);
    MemorySegment.copy(key, keyOffset, memory, node + KEY, keyLength);
  }

  static long trailer(MemorySegment memory, long node) {
    return memory.get(U64, node);
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

  /** Marks a node whose key has a newer entry in the list or is about to get one. Never undone. */
  static void setSuperseded(MemorySegment memory, long node) {
    int length = (int) MARK.getOpaque(memory, node + VALUE_LENGTH);
    if (length >= 0) {
      MARK.setOpaque(memory, node + VALUE_LENGTH, length | SUPERSEDED);
    }
  }

  static int keyLength(MemorySegment memory, long node) {
    return memory.get(U32, node + KEY_LENGTH);
  }

  private static long linkOffset(long node, int level) {
    return node - LINK_BYTES - (long) LINK_BYTES * level;
  }
}
