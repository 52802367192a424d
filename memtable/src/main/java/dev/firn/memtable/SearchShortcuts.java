package dev.firn.memtable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Short cuts into a {@link SkipList}: a table of links to nodes on a low level, found by the
 * numbers of their keys. A search that finds one before its key saves the way down to that level.
 *
 * <p>The numbers that are expected are divided among the places of the table evenly; each place has
 * the last link that was put there. So with keys as they are expected, most places have one once
 * the list has many nodes. With other keys there are few that fit, or many come to one place: from
 * such a place, where a link may lead far from the key, none is given. Searches then begin at the
 * list's start, as they do without.
 *
 * <pre>
 *  places × 8 bytes   links
 *  places × 1 byte    how many links were posted, up to the crowd
 * </pre>
 *
 * <p><b>Threading.</b> Any number of threads post and look at the same time. Whoever finds a link
 * sees all of the node. <b>Ownership.</b> The memory is the arena's, see {@link
 * MemTableArena}.
 */
final class SearchShortcuts {

  /** The level that a search goes on from: one node in four is on it. */
  static final int LEVEL = 1;

  /** No link. */
  static final long NONE = 0;

  private static final int MIN_PLACES = 16;
  private static final int MAX_PLACES = 1 << 17;

  /** A place for so many bytes of an arena: about two nodes on the level come to it. */
  private static final int BYTES_PER_PLACE = 1024;

  /** So many links may be put in one place before that is of no use any more. */
  private static final int CROWD = 8;

  /** In the place of a link: too many were put there. */
  private static final long CROWDED = -1;

  /** How many places to look at. */
  private static final int TRIES = 4;

  private static final VarHandle LINK = ValueLayout.JAVA_LONG.varHandle();

  private static final int PLACE_BYTES = Long.BYTES + Byte.BYTES;

  private final MemorySegment memory;

  /** Where the counts begin. They are racy: a link that is not counted is one more that fits. */
  private final long counts;

  private final long lowest;
  private final long spread;
  private final long scale;

  /**
   * Of an empty list.
   *
   * @param memory all zeros; {@link #bytes} says how much suits an arena
   * @param lowest the lowest number that is expected
   * @param highest the highest
   */
  SearchShortcuts(MemorySegment memory, long lowest, long highest) {
    long places = memory.byteSize() / PLACE_BYTES;
    this.memory = memory;
    this.counts = places * Long.BYTES;
    this.lowest = lowest;
    this.spread = highest - lowest;
    this.scale = (places << TreeKeyNormalizer.BITS) / (spread + 1);
  }

  /** How much memory suits an arena. */
  static long bytes(long capacityBytes) {
    return (long) PLACE_BYTES * Math.clamp(capacityBytes / BYTES_PER_PLACE, MIN_PLACES, MAX_PLACES);
  }

  /** Posts a link to a node that is linked on {@link #LEVEL} and below. */
  void post(long link) {
    long place = place(Node.number(link));
    byte count = memory.get(ValueLayout.JAVA_BYTE, counts + place);
    if (count < CROWD) {
      memory.set(ValueLayout.JAVA_BYTE, counts + place, (byte) (count + 1));
      LINK.setRelease(memory, place * Long.BYTES, link);
    } else {
      LINK.setRelease(memory, place * Long.BYTES, CROWDED);
    }
  }

  /** A link to a node on {@link #LEVEL} whose key has a smaller number; or {@link #NONE}. */
  long before(long number) {
    long place = place(number);
    for (long last = Math.max(0, place - TRIES + 1); place >= last; place--) {
      long link = (long) LINK.getAcquire(memory, place * Long.BYTES);
      if (link == CROWDED) {
        return NONE;
      }
      if (link != NONE && Node.number(link) < number) {
        return link;
      }
    }
    return NONE;
  }

  private long place(long number) {
    return (Math.clamp(number - lowest, 0, spread) * scale) >>> TreeKeyNormalizer.BITS;
  }
}
