package dev.firn.memtable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * A place in the skip list: on every level a node before it, and the node that followed there.
 *
 * <p><b>Invariants</b>, for the levels below {@link #known}. {@code prev(l)} is the head or a node
 * that is linked on level {@code l}; it does not sort after {@code prev(l - 1)}. Nodes are never
 * unlinked, so this stays true for as long as the list lives, whatever others insert.
 * {@code next(l)} is what followed when it was looked at.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time: a cursor's own, or the one that succeeded
 * in {@link #tryTake}.
 */
final class Splice {

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
  private static final int PAD = 16;

  private static final int NEXT = PAD + Node.MAX_HEIGHT;

  private final int[] nodes = new int[NEXT + Node.MAX_HEIGHT + PAD];

  @SuppressWarnings("unused") // through TAKEN
  private int taken;

  private int known = Node.MAX_HEIGHT;
  private int failures;
  private int pause;

  Splice() {
    Arrays.fill(nodes, PAD, NEXT, (int) (NodeAllocator.HEAD >>> 3));
  }

  long prev(int level) {
    return (nodes[PAD + level] & 0xffffffffL) << 3;
  }

  void setPrev(int level, long node) {
    nodes[PAD + level] = (int) (node >>> 3);
  }

  long next(int level) {
    return (nodes[NEXT + level] & 0xffffffffL) << 3;
  }

  void set(int level, long prev, long next) {
    nodes[PAD + level] = (int) (prev >>> 3);
    nodes[NEXT + level] = (int) (next >>> 3);
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
