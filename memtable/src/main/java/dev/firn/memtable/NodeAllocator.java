package dev.firn.memtable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The bump allocator of an arena's memory, for nodes. Memory is allocated upwards and never freed.
 * An insert within the budget always finds room.
 *
 * <p><b>Layout</b> of an arena; each counter has its own cache lines.
 *
 * <pre>
 *  offset  size  field
 *       0     8  budgeted   u64, bytes promised to inserts
 *     128     8  allocated  u32 entries (high half) | u32 allocated 8-byte units (low half)
 *     256     8  towers     u64, bytes allocated for links above level 0
 *     384    96  links of the head, 12 levels
 *     480    20  the head: a node without a key
 *     504        nodes
 * </pre>
 *
 * <p><b>Threading.</b> Any thread may call any method at any time; none blocks.
 */
final class NodeAllocator {

  /*
   * The arithmetic
   * --------------
   * A node has one link on level 0 and h - 1 links above it. A node of height h with a key of k
   * bytes takes
   *
   *     size(k, h) = base(k) + tower(h)
   *     base(k)    = roundUp8(8 + 20 + k)
   *     tower(h)   = 8 * (h - 1)
   *
   * Before its height is known, it is budgeted with nodeBytes(k) = base(k) + SHARE.
   *
   * Heights are drawn with P(height > l) = 4^-l, so the expected tower is
   * 8 * (1/4 + 1/16 + 1/64 + ...) = 8/3 = 2.67 bytes, below SHARE. The bytes allocated for towers
   * never exceed RESERVE + SHARE * n, where n is the count of entries that have their memory:
   * grantHeight adds to the counter only within this limit, and n only grows. A node that would
   * exceed the limit gets height 1, whose tower is 0. Let I be the nodes that have their memory and
   * B the nodes that are budgeted and do not have it yet. Then
   *
   *     allocated  =   sum over I of base + towers
   *                <=  sum over I of (base + SHARE) + RESERVE
   *     allocated + sum over B of base  <=  budgeted + RESERVE  <=  capacity - START
   *
   * because tryBudget keeps budgeted <= capacity - START - RESERVE. So every node in B finds its
   * base, in any order. A grant that is counted before its memory is allocated only makes the
   * counter larger than the allocated bytes, which is safe.
   *
   * The sum of towers is a random walk that falls on average SHARE - 2.67 = 1.33 bytes per node
   * below its limit, with a variance of 28.4 per node. The probability that it ever uses up the
   * reserve is about exp(-2 * 1.33 * RESERVE / 28.4) < 1e-12, so in practice no tower is refused.
   */

  private static final long BUDGETED = 0;
  private static final long ALLOCATED = 128;
  private static final long TOWERS = 256;
  private static final long HEAD_LINKS = 384;

  /** The head: the node before all others. */
  static final long HEAD = HEAD_LINKS + (long) Node.LINK_BYTES * Node.MAX_HEIGHT;

  private static final long START = (HEAD + Node.KEY + 7) & -8L;
  private static final long SHARE = 4;
  private static final long RESERVE = 320;

  /** Bytes of an arena that are not available to budgets. */
  static final long OVERHEAD_BYTES = START + RESERVE;

  private static final VarHandle U64 = ValueLayout.JAVA_LONG.varHandle();
  private static final long ONE_ENTRY = 1L << 32;
  private static final long UNITS = ONE_ENTRY - 1;

  private final MemorySegment memory;
  private final long capacity;

  /** Initializes an arena's memory, whatever it contains, as an empty list. */
  NodeAllocator(MemorySegment memory) {
    this.memory = memory;
    this.capacity = memory.byteSize();
    U64.setVolatile(memory, BUDGETED, 0L);
    U64.setVolatile(memory, ALLOCATED, 0L);
    U64.setVolatile(memory, TOWERS, 0L);
    memory.asSlice(HEAD, START - HEAD).fill((byte) 0);
    for (int level = 0; level < Node.MAX_HEIGHT; level++) {
      Node.setLink(memory, HEAD, level, Node.END);
    }
  }

  /** The budget of one node. */
  static long nodeBytes(int keyLength) {
    return base(keyLength) + SHARE;
  }

  boolean tryBudget(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes=" + bytes);
    }
    long limit = capacity - OVERHEAD_BYTES;
    long seen = (long) U64.getVolatile(memory, BUDGETED);
    while (bytes <= limit - seen) {
      long found = (long) U64.compareAndExchange(memory, BUDGETED, seen, seen + bytes);
      if (found == seen) {
        return true;
      }
      seen = found;
    }
    return false;
  }

  /** The height for a node that drew {@code wanted}: {@code wanted}, or 1 if there is no room. */
  int grantHeight(int wanted) {
    long tower = tower(wanted);
    if (tower == 0) {
      return wanted;
    }
    long seen = (long) U64.getOpaque(memory, TOWERS);
    while (seen + tower <= RESERVE + SHARE * entries()) {
      long found = (long) U64.compareAndExchange(memory, TOWERS, seen, seen + tower);
      if (found == seen) {
        return wanted;
      }
      seen = found;
    }
    return 1;
  }

  /** Allocates a node of a granted height and counts the entry; returns the node. */
  long allocate(int keyLength, int height) {
    long tower = tower(height);
    long units = (base(keyLength) + tower) >>> 3;
    long before = (long) U64.getAndAdd(memory, ALLOCATED, ONE_ENTRY + units) & UNITS;
    if (before + units > (capacity - START) >>> 3) {
      throw new AssertionError(
          "insert without budget: capacity=" + capacity + " used=" + (before << 3));
    }
    return START + (before << 3) + Node.LINK_BYTES + tower;
  }

  long entries() {
    return (long) U64.getOpaque(memory, ALLOCATED) >>> 32;
  }

  long usedBytes() {
    return START + (((long) U64.getOpaque(memory, ALLOCATED) & UNITS) << 3);
  }

  long budgetedBytes() {
    return (long) U64.getOpaque(memory, BUDGETED);
  }

  private static long base(int keyLength) {
    return (Node.LINK_BYTES + Node.KEY + keyLength + 7L) & -8L;
  }

  private static long tower(int height) {
    return (long) Node.LINK_BYTES * (height - 1);
  }
}
