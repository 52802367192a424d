package dev.firn.memtable;

import dev.firn.core.KeyOrder;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

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
final class SkipListInserter {

  private static final long HEAD = NodeAllocator.HEAD;

  /** Where an insert that does not fit right behind the last one starts to look near it. */
  private static final int NEAR = 2;

  private static final int FAR = -1;

  /** A power of two. */
  private static final int SPLICES = 8;

  private final MemorySegment memory;
  private final SkipList list;

  /** Each made when a thread first wants it: most memtables have one writer. */
  private final AtomicReferenceArray<@Nullable Splice> splices =
      new AtomicReferenceArray<>(SPLICES);

  SkipListInserter(MemorySegment memory, SkipList list) {
    this.memory = memory;
    this.list = list;
  }

  /** A splice for one insert: for {@link #seek}, and then {@link #link}, which gives it back. */
  Splice take() {
    int first = firstChoice();
    for (int i = 0; i < SPLICES; i++) {
      Splice splice = splice((first + i) & (SPLICES - 1));
      if (splice.tryTake()) {
        return splice;
      }
    }
    return new Splice();
  }

  /** Of two that threads make at once one is forgotten, and what it remembers. */
  private Splice splice(int place) {
    Splice known = splices.getAcquire(place);
    if (known == null) {
      known = new Splice();
      splices.setRelease(place, known);
    }
    return known;
  }

  /**
   * Finds the place of a node to be, on levels 0 to {@code height - 1}.
   *
   * @param number the key's, see {@link KeyNormalizer}
   */
  void seek(
      Splice splice,
      int height,
      long number,
      MemorySegment key,
      long offset,
      int length,
      long trailer) {
    seek(splice, height, null, 0, number, key, offset, length, trailer);
  }

  /** As the other one, for the key that was searched for as number {@code lane} of some. */
  void seek(
      Splice splice,
      int height,
      BatchSearch lanes,
      int lane,
      MemorySegment key,
      long offset,
      int length,
      long trailer) {
    BatchSearch found = lanes.hasRun() ? lanes : null;
    seek(splice, height, found, lane, lanes.number(lane), key, offset, length, trailer);
  }

  private void seek(
      Splice splice,
      int height,
      @Nullable BatchSearch lanes,
      int lane,
      long number,
      MemorySegment key,
      long offset,
      int length,
      long trailer) {
    raiseTop(height);
    int level = splice.worthATry() ? levelNear(splice, number, key, offset, length, trailer) : FAR;
    if (level != FAR && height <= splice.known()) {
      if (level > 0) {
        long near = splice.prev(level);
        list.descend(splice, near, number, level, number, key, offset, length, trailer);
      }
    } else if (lanes != null && height <= lanes.height(lane)) {
      level = lanes.doubt(lane);
      splice.setPrevNumber(Splice.NO_NUMBER);
      if (level >= 0) {
        long before = lanes.prev(lane, level);
        list.descend(splice, before, Splice.NO_NUMBER, level, number, key, offset, length, trailer);
      }
      for (int above = level + 1; above < height; above++) {
        splice.setPrev(above, lanes.prev(lane, above));
      }
      splice.setKnown(Math.max(level + 1, height));
    } else {
      level = descend(splice, height, number, key, offset, length, trailer);
    }
    for (int above = level + 1; above < height; above++) {
      advance(splice, above, number, key, offset, length, trailer);
    }
  }

  /** Comes down from a signpost, or from the list's start; returns from which level. */
  private int descend(
      Splice splice,
      int height,
      long number,
      MemorySegment key,
      long offset,
      int length,
      long trailer) {
    long post =
        height <= SearchShortcuts.LEVEL + 1 ? list.posts().before(number) : SearchShortcuts.NONE;
    if (post == SearchShortcuts.NONE) {
      list.locate(splice, number, key, offset, length, trailer);
      splice.setKnown(Node.MAX_HEIGHT);
      return Node.MAX_HEIGHT - 1;
    }
    long start = Node.target(post);
    int level = SearchShortcuts.LEVEL;
    list.descend(splice, start, Node.number(post), level, number, key, offset, length, trailer);
    splice.setKnown(level + 1);
    return level;
  }

  /** Links a node that is complete but for its links where a splice says, which is given back. */
  void link(Splice splice, long node, long number, int height) {
    assert isUnlike(splice.next(0), node) : "an internal key was inserted twice";
    for (int level = 0; level < height; level++) {
      Node.setLink(memory, node, level, splice.link(level));
    }
    markOlder(splice, node, number);
    long link = Node.linkTo(node, number);
    for (int level = 0; level < height; level++) {
      while (!Node.casLink(memory, splice.prev(level), level, splice.link(level), link)) {
        advance(splice, level, node, number);
        Node.setLink(memory, node, level, splice.link(level));
        if (level == 0) {
          markOlder(splice, node, number);
        }
      }
      splice.setPrev(level, node);
    }
    splice.setPrevNumber(number);
    splice.giveBack();
    if (height > SearchShortcuts.LEVEL) {
      list.posts().post(link);
    }
  }

  /** Whether the thread's last inserts were next to each other: more of that needs no search. */
  boolean isInOrder() {
    return splice(firstChoice()).isInOrder();
  }

  private void raiseTop(int height) {
    if (height - 1 > list.top()) {
      list.raiseTop(height - 1);
    }
  }

  private static int firstChoice() {
    return (int) Thread.currentThread().threadId() & (SPLICES - 1);
  }

  /**
   * The level from which the splice leads to the key: 0 when the key belongs between the last
   * insert and what follows it, which is the case for input in order; otherwise {@link #NEAR}, or
   * {@link #FAR}.
   */
  private int levelNear(
      Splice splice, long number, MemorySegment key, long offset, int length, long trailer) {
    long last = splice.prev(0);
    boolean behind =
        splice.prevNumber() != number
            ? splice.prevNumber() < number
            : SkipList.compareKeys(memory, last, key, offset, length, trailer) < 0;
    if (behind) {
      long link = Node.link(memory, last, 0);
      if (!SkipList.isBefore(memory, link, number, key, offset, length, trailer)) {
        splice.set(0, last, link);
        splice.succeeded();
        return 0;
      }
    }
    if (splice.known() > NEAR) {
      long near = splice.prev(NEAR);
      if (behind
          || near == HEAD
          || SkipList.compareKeys(memory, near, key, offset, length, trailer) < 0) {
        long link = Node.link(memory, near, NEAR);
        if (!SkipList.isBefore(memory, link, number, key, offset, length, trailer)) {
          splice.succeeded();
          return NEAR;
        }
      }
    }
    splice.failed();
    return FAR;
  }

  private void advance(Splice splice, int level, long node, long number) {
    int length = Node.keyLength(memory, node);
    long trailer = Node.trailer(memory, node);
    advance(splice, level, number, memory, node + Node.KEY, length, trailer);
    assert isUnlike(splice.next(level), node) : "an internal key was inserted twice";
  }

  /** Walks on one level from the splice's node to the neighbours of a key. */
  private void advance(
      Splice splice,
      int level,
      long number,
      MemorySegment key,
      long offset,
      int length,
      long trailer) {
    MemorySegment memory = this.memory;
    long before = splice.prev(level);
    long link;
    while (SkipList.isBefore(
        memory, link = Node.link(memory, before, level), number, key, offset, length, trailer)) {
      before = Node.target(link);
      if (level == 0) {
        splice.setPrevNumber(Node.number(link));
      }
    }
    splice.set(level, before, link);
  }

  /** Before a node is linked on level 0: marks it, or its neighbour, if it is the older of two. */
  private void markOlder(Splice splice, long node, long number) {
    // Neither the head nor offset 0, which is no node, has a key.
    if (splice.prevNumber() == number && haveSameKey(splice.prev(0), node)) {
      Node.setSuperseded(memory, node);
    }
    long link = splice.link(0);
    if (Node.number(link) == number && haveSameKey(Node.target(link), node)) {
      Node.setSuperseded(memory, Node.target(link));
    }
  }

  private boolean haveSameKey(long a, long b) {
    int length = Node.keyLength(memory, a);
    return length == Node.keyLength(memory, b)
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
