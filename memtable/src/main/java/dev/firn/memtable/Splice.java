package dev.firn.memtable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * A place in the skip list: on every level a node before it, and the link that led on from there.
 *
 * <p><b>Invariants</b>, for the levels below {@link #known}. {@code prev(l)} is the head or a node
 * that is linked on level {@code l}; it does not sort after {@code prev(l - 1)}. Nodes are never
 * unlinked, so this stays true for as long as the list lives, whatever others insert.
 * {@code link(l)} is what it had when it was looked at.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time: a cursor's own, or the one that succeeded
 * in {@link #tryTake}.
 */
final class Splice {

  /** The number of a node without a key. */
  static final long NO_NUMBER = -1;

  private static final VarHandle TAKEN;

  static {
    try {
      TAKEN = MethodHandles.lookup().findVarHandle(Splice.class, "taken", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * Space around the entries keeps splices of different threads out of each other's cache lines. */
  private static final int PAD = 8;

  private static final int LINKS = PAD + Node.MAX_HEIGHT;

  private final long[] places = new long[LINKS + Node.MAX_HEIGHT + PAD];

  @SuppressWarnings("unused") // through TAKEN
  private int taken;

  private long prevNumber = NO_NUMBER;
  private int known = Node.MAX_HEIGHT;
  private int failures;
  private int pause;

  Splice() {
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

  /** The node behind this place on a level, or 0. */
  long next(int level) {
    return Node.target(link(level));
  }

  void set(int level, long prev, long link) {
    places[PAD + level] = prev;
    places[LINKS + level] = link;
  }

  /** The number of the key of {@code prev(0)}, or one that is not below it. */
  long prevNumber() {
    return prevNumber;
  }

  void setPrevNumber(long number) {
    prevNumber = number;
  }

  /** How many levels, from the lowest, say what the invariants promise. */
  int known() {
    return known;
  }

  void setKnown(int levels) {
    known = levels;
  }

  /** Takes this splice for one insert, unless another thread has it. */
  boolean tryTake() {
    return (int) TAKEN.getOpaque(this) == 0 && TAKEN.compareAndSet(this, 0, 1);
  }

  /** Gives it back, with what it learned. */
  void giveBack() {
    TAKEN.setRelease(this, 0);
  }

  /**
   * Whether it is worth looking near the last insert: always, unless that failed again and
   * again.
   */
  boolean worthATry() {
    if (pause == 0) {
      return true;
    }
    pause--;
    return false;
  }

  /** Whether the last look near the last insert succeeded; a guess when another thread has it. */
  boolean isInOrder() {
    return failures == 0;
  }

  void succeeded() {
    failures = 0;
  }

  /** Input that is not in order pays for a look near the last insert once in 16 times. */
  void failed() {
    failures = Math.min(failures + 1, 4);
    pause = (1 << failures) - 1;
  }
}
