package dev.firn.memtable;

import java.lang.invoke.MethodHandles;
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
 * <p><b>Threading.</b> Any number of threads post and look at the same time. Whoever finds a link
 * sees all of the node.
 */
final class Signposts {

  /** The level that a search goes on from: one node in 16 is on it. */
  static final int LEVEL = 2;

  /** No link. */
  static final long NONE = 0;

  private static final int MIN_PLACES = 16;
  private static final int MAX_PLACES = 1 << 16;

  /** About as many bytes of an arena as a node on the level has, with those that are not on it. */
  private static final int BYTES_PER_PLACE = 2048;

  /** So many links may be put in one place before that is of no use any more. */
  private static final int CROWD = 8;

  /** In the place of a link: too many were put there. */
  private static final long CROWDED = -1;

  /** How many places to look at. */
  private static final int TRIES = 4;

  private static final VarHandle LINKS = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] links;

  /** By place. Racy: a link that is not counted is one more that fits. */
  private final byte[] counts;

  private final long lowest;
  private final long spread;
  private final long scale;

  /**
   * Of an empty list.
   *
   * @param lowest the lowest number that is expected
   * @param highest the highest
   */
  Signposts(long lowest, long highest, int places) {
    this.links = new long[places];
    this.counts = new byte[places];
    this.lowest = lowest;
    this.spread = highest - lowest;
    this.scale = ((long) places << KeyShape.BITS) / (spread + 1);
  }

  /** How many places suit an arena. */
  static int places(long capacityBytes) {
    return Math.clamp(capacityBytes / BYTES_PER_PLACE, MIN_PLACES, MAX_PLACES);
  }

  /** Posts a link to a node that is linked on {@link #LEVEL} and below. */
  void post(long link) {
    int place = place(Node.number(link));
    int count = counts[place];
    if (count < CROWD) {
      counts[place] = (byte) (count + 1);
      LINKS.setRelease(links, place, link);
    } else {
      LINKS.setRelease(links, place, CROWDED);
    }
  }

  /** A link to a node on {@link #LEVEL} whose key has a smaller number; or {@link #NONE}. */
  long before(long number) {
    int place = place(number);
    for (int last = Math.max(0, place - TRIES + 1); place >= last; place--) {
      long link = (long) LINKS.getAcquire(links, place);
      if (link == CROWDED) {
        return NONE;
      }
      if (link != NONE && Node.number(link) < number) {
        return link;
      }
    }
    return NONE;
  }

  private int place(long number) {
    return (int) ((Math.clamp(number - lowest, 0, spread) * scale) >>> KeyShape.BITS);
  }
}
