package dev.firn.memtable;

import dev.firn.core.KeyOrder;
import java.lang.foreign.MemorySegment;

/**
 * Puts nodes into their places in a {@link SkipList}, and remembers where the last ones went: input
 * in order finds its place without a search.
 *
 * <p>There are a few memories, and each thread prefers one of them, so that several ordered streams
 * are remembered at the same time.
 *
 * <p><b>Threading.</b> Any number of threads insert at the same time, without locks. The essay in
 * {@link SkipList} says why.
 */
final class Linker {

  private static final long HEAD = NodeAllocator.HEAD;

  /** Where an insert that does not fit right behind the last one starts to look near it. */
  private static final int NEAR = Lanes.START_LEVEL;

  private static final int FAR = -1;

  /** A power of two. */
  private static final int SPLICES = 8;

  private final MemorySegment memory;
  private final SkipList list;
  private final Splice[] splices = new Splice[SPLICES];

  Linker(MemorySegment memory, SkipList list) {
    this.memory = memory;
    this.list = list;
    for (int i = 0; i < SPLICES; i++) {
      splices[i] = new Splice();
    }
  }

  /** Links a node that is complete but for its links. */
  void insert(long node, int height) {
    insert(node, height, HEAD, Integer.MAX_VALUE);
  }

  /**
   * As the other one, with what a search found out.
   *
   * @param start a node that sorts before the new one and is linked on {@code startLevel}; or the
   *     head
   */
  void insert(long node, int height, long start, int startLevel) {
    raiseTop(height);
    Splice splice = takeSplice();
    position(splice, node, height, start, startLevel);
    link(splice, node, height);
    splice.giveBack();
  }

  /** Whether the thread's last inserts were next to each other: more of that needs no search. */
  boolean isInOrder() {
    return splices[firstChoice()].isInOrder();
  }

  private void raiseTop(int height) {
    if (height - 1 > list.top()) {
      list.raiseTop(height - 1);
    }
  }

  /** Links a node where a splice says, on the levels that it has. */
  private void link(Splice splice, long node, int height) {
    assert isUnlike(splice.next(0), node) : "an internal key was inserted twice";
    for (int level = 0; level < height; level++) {
      Node.setNext(memory, node, level, splice.next(level));
    }
    markOlder(splice, node);
    for (int level = 0; level < height; level++) {
      while (!Node.casNext(memory, splice.prev(level), level, splice.next(level), node)) {
        advance(splice, level, node);
        Node.setNext(memory, node, level, splice.next(level));
        if (level == 0) {
          markOlder(splice, node);
        }
      }
      splice.setPrev(level, node);
    }
  }

  private Splice takeSplice() {
    int first = firstChoice();
    for (int i = 0; i < SPLICES; i++) {
      Splice splice = splices[(first + i) & (SPLICES - 1)];
      if (splice.tryTake()) {
        return splice;
      }
    }
    return new Splice();
  }

  private static int firstChoice() {
    return (int) Thread.currentThread().threadId() & (SPLICES - 1);
  }

  /**
   * Fills levels 0 to {@code height - 1} with the node's neighbours: from near the last insert, or
   * from the start that is given, or from the head.
   */
  private void position(Splice splice, long node, int height, long start, int startLevel) {
    long prefix = Node.prefix(memory, node);
    long trailer = Node.trailer(memory, node);
    int length = Node.keyLength(memory, node);
    long key = node + Node.KEY;
    int level = splice.worthATry() ? levelNear(splice, prefix, key, length, trailer) : FAR;
    if (level == FAR || height > splice.known()) {
      boolean led = height - 1 <= startLevel && startLevel < list.top();
      level = led ? startLevel : list.top();
      long from = led ? start : HEAD;
      list.descend(splice, from, level, prefix, memory, key, length, trailer);
      splice.setKnown(led ? level + 1 : Node.MAX_HEIGHT);
    } else if (level > 0) {
      list.descend(splice, splice.prev(level), level, prefix, memory, key, length, trailer);
    }
    for (int above = level + 1; above < height; above++) {
      advance(splice, above, node);
    }
  }

  /**
   * The level from which the splice leads to the key: 0 when the key belongs between the last
   * insert and what follows it, which is the case for input in order; otherwise {@link #NEAR}, or
   * {@link #FAR}.
   */
  private int levelNear(Splice splice, long prefix, long key, int length, long trailer) {
    long last = splice.prev(0);
    boolean behind = isBefore(last, prefix, key, length, trailer);
    if (behind) {
      long next = Node.next(memory, last, 0);
      if (next == 0 || !isBefore(next, prefix, key, length, trailer)) {
        splice.set(0, last, next);
        splice.succeeded();
        return 0;
      }
    }
    long near = splice.prev(NEAR);
    if (behind || isBefore(near, prefix, key, length, trailer)) {
      long next = Node.next(memory, near, NEAR);
      if (next == 0 || !isBefore(next, prefix, key, length, trailer)) {
        splice.succeeded();
        return NEAR;
      }
    }
    splice.failed();
    return FAR;
  }

  private boolean isBefore(long node, long prefix, long key, int length, long trailer) {
    return node == HEAD || SkipList.isBefore(memory, node, prefix, memory, key, length, trailer);
  }

  /** Walks on one level from the splice's node to the neighbours of {@code node}. */
  private void advance(Splice splice, int level, long node) {
    MemorySegment memory = this.memory;
    long prefix = Node.prefix(memory, node);
    long trailer = Node.trailer(memory, node);
    int length = Node.keyLength(memory, node);
    long before = splice.prev(level);
    long next;
    while ((next = Node.next(memory, before, level)) != 0
        && SkipList.isBefore(memory, next, prefix, memory, node + Node.KEY, length, trailer)) {
      before = next;
    }
    assert isUnlike(next, node) : "an internal key was inserted twice";
    splice.set(level, before, next);
  }

  /** Before a node is linked on level 0: marks it, or its neighbour, if it is the older of two. */
  private void markOlder(Splice splice, long node) {
    // Neither the head nor offset 0, which is no node, has a key: they need no branches of their
    // own. While all input was in order such a branch is always taken one way, and compiled code
    // that was made then could stay and leave for the interpreter at each insert later.
    if (haveSameKey(splice.prev(0), node)) {
      Node.setSuperseded(memory, node);
    }
    long next = splice.next(0);
    if (haveSameKey(next, node)) {
      Node.setSuperseded(memory, next);
    }
  }

  private boolean haveSameKey(long a, long b) {
    int length = Node.keyLength(memory, a);
    return Node.prefix(memory, a) == Node.prefix(memory, b)
        && length == Node.keyLength(memory, b)
        && KeyOrder.compare(memory, a + Node.KEY, length, memory, b + Node.KEY, length) == 0;
  }

  private boolean isUnlike(long next, long node) {
    return next == 0
        || KeyOrder.compare(
                memory,
                next + Node.KEY,
                Node.keyLength(memory, next),
                Node.trailer(memory, next),
                memory,
                node + Node.KEY,
                Node.keyLength(memory, node),
                Node.trailer(memory, node))
            != 0;
  }
}
