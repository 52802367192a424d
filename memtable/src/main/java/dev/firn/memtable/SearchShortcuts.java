package dev.firn.memtable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * A table of links into a {@link SkipList}, to nodes on a low level, indexed by normalized key. A
 * search that finds a link to a node before its key skips the levels above.
 *
 * <p>The expected range of normalized keys is divided evenly among the slots of the table. A slot
 * has the last link that was added to it. If the keys are as expected, most slots have a link once
 * the list has many nodes. If they are not, few links fit, or many links share a slot. A slot with
 * too many gives no link, because its last one may lead far from the key. Searches then begin at
 * the list's start.
 *
 * <pre>
 *  slots × 8 bytes   links
 *  slots × 1 byte    count of links added, at most the maximum
 * </pre>
 *
 * <p><b>Threading.</b> Any number of threads add and look up at the same time. A thread that finds
 * a link sees all of its node.
 *
 * <p><b>Ownership.</b> The memory belongs to the arena, see {@link MemTableArena}.
 */
final class SearchShortcuts {

  /** The level that a search continues on. One node in four is on it. */
  static final int LEVEL = 1;

  /** No link. */
  static final long NONE = 0;

  private static final int MIN_SLOTS = 16;
  private static final int MAX_SLOTS = 1 << 17;

  /** Bytes of an arena per slot: about two nodes on the level share a slot. */
  private static final int BYTES_PER_SLOT = 1024;

  /** The maximum count of links added to a slot, above which the slot gives none. */
  private static final int MAX_LINKS_PER_SLOT = 8;

  /** In the place of a link: too many were added. */
  private static final long OVERFLOWED = -1;

  /** The maximum count of slots that a look-up reads. */
  private static final int SLOTS_READ = 4;

  private static final VarHandle LINK = ValueLayout.JAVA_LONG.varHandle();

  private static final int SLOT_BYTES = Long.BYTES + Byte.BYTES;

  private final MemorySegment memory;

  /** The offset of the counts. They are racy: a link that is not counted is one more that fits. */
  private final long counts;

  private final long minExpected;
  private final long spread;
  private final long scale;

  /**
   * Shortcuts into an empty list.
   *
   * @param memory all zeros; {@link #bytes} is the size that suits an arena
   * @param minExpected the smallest expected normalized key
   * @param maxExpected the largest expected normalized key
   */
  SearchShortcuts(MemorySegment memory, long minExpected, long maxExpected) {
    long slots = memory.byteSize() / SLOT_BYTES;
    this.memory = memory;
    this.counts = slots * Long.BYTES;
    this.minExpected = minExpected;
    this.spread = maxExpected - minExpected;
    this.scale = (slots << TreeKeyNormalizer.BITS) / (spread + 1);
  }

  /** The size of the memory that suits an arena. */
  static long bytes(long capacityBytes) {
    return (long) SLOT_BYTES * Math.clamp(capacityBytes / BYTES_PER_SLOT, MIN_SLOTS, MAX_SLOTS);
  }

  /** Adds a link to a node that is linked on {@link #LEVEL} and below. */
  void add(long link) {
    long slot = slot(Node.normalizedKey(link));
    byte count = memory.get(ValueLayout.JAVA_BYTE, counts + slot);
    if (count < MAX_LINKS_PER_SLOT) {
      memory.set(ValueLayout.JAVA_BYTE, counts + slot, (byte) (count + 1));
      LINK.setRelease(memory, slot * Long.BYTES, link);
    } else {
      LINK.setRelease(memory, slot * Long.BYTES, OVERFLOWED);
    }
  }

  /** A link to a node on {@link #LEVEL} with a smaller normalized key, or {@link #NONE}. */
  long before(long normalized) {
    long slot = slot(normalized);
    for (long last = Math.max(0, slot - SLOTS_READ + 1); slot >= last; slot--) {
      long link = (long) LINK.getAcquire(memory, slot * Long.BYTES);
      if (link == OVERFLOWED) {
        return NONE;
      }
      if (link != NONE && Node.normalizedKey(link) < normalized) {
        return link;
      }
    }
    return NONE;
  }

  private long slot(long normalized) {
    return (Math.clamp(normalized - minExpected, 0, spread) * scale) >>> TreeKeyNormalizer.BITS;
  }
}
