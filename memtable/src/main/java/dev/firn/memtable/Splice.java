package dev.firn.memtable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * A place in the skip list: on every level a preceding node, and the link that led on from there.
 *
 * <p><b>Invariants</b>, for the levels below {@link #known}. {@code prev(l)} is the head or a node
 * that is linked on level {@code l}; it does not sort after {@code prev(l - 1)}. Nodes are never
 * unlinked, so this stays true while the list lives, whatever other threads insert. {@code link(l)}
 * is the link of {@code prev(l)} at the time it was read.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time: the one that uses the cursor, or the one
 * whose {@link #tryAcquire} succeeded.
 */
final class Splice {

  /** Stands for the normalized key of the head: smaller than any. */
  static final long NO_KEY = -1;

  private static final VarHandle ACQUIRED;

  static {
    try {
      ACQUIRED = MethodHandles.lookup().findVarHandle(Splice.class, "acquired", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Unused words around the entries, so that splices of two threads share no cache line. */
  private static final int PAD = 8;

  private static final int LINKS = PAD + Node.MAX_HEIGHT;

  private final long[] places = new long[LINKS + Node.MAX_HEIGHT + PAD];

  @SuppressWarnings("unused") // through ACQUIRED
  private int acquired;

  private long prevNormalizedKey = NO_KEY;
  private int known = Node.MAX_HEIGHT;
  private int failures;
  private int pause;

  Splice() {
    clear();
  }

  /** Makes it a place of any list: its beginning. */
  void clear() {
    Arrays.fill(places, PAD, LINKS, NodeAllocator.HEAD);
  }

  long prev(int level) {
    return places[PAD + level];
  }

  void setPrev(int level, long node) {
    places[PAD + level] = node;
  }

  long link(int level) {
    return places[LINKS + level];
  }

  /** The node that follows this place on a level, or 0. */
  long next(int level) {
    return Node.target(link(level));
  }

  void set(int level, long prev, long link) {
    places[PAD + level] = prev;
    places[LINKS + level] = link;
  }

  /**
   * The normalized key of {@code prev(0)}. If the search did not read it: that of the key searched
   * for, or {@link #NO_KEY} if it is known to be smaller.
   */
  long prevNormalizedKey() {
    return prevNormalizedKey;
  }

  void setPrevNormalizedKey(long normalized) {
    prevNormalizedKey = normalized;
  }

  /** The count of levels, from the lowest, for which the invariants hold. */
  int known() {
    return known;
  }

  void setKnown(int levels) {
    known = levels;
  }

  /** Acquires this splice for one insert, unless another thread has it. */
  boolean tryAcquire() {
    return (int) ACQUIRED.getOpaque(this) == 0 && ACQUIRED.compareAndSet(this, 0, 1);
  }

  /** Ends what {@link #tryAcquire} began. The splice keeps its place. */
  void release() {
    ACQUIRED.setRelease(this, 0);
  }

  /** Whether to search near the last insert first: yes, unless that failed several times. */
  boolean shouldSearchNear() {
    if (pause == 0) {
      return true;
    }
    pause--;
    return false;
  }

  /** Whether the last search near the last insert succeeded; racy if another thread has it. */
  boolean isInOrder() {
    return failures == 0;
  }

  void nearSearchSucceeded() {
    failures = 0;
  }

  /** Input that is not in order pays for a search near the last insert once in 16 inserts. */
  void nearSearchFailed() {
    failures = Math.min(failures + 1, 4);
    pause = (1 << failures) - 1;
  }
}
