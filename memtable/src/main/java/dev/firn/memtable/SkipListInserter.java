package dev.firn.memtable;

import dev.firn.core.KeyOrder;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Inserts nodes into a {@link SkipList} and remembers the places of the last inserts in splices:
 * input in order finds its place without a search.
 *
 * <p>There are several splices, and each thread prefers one of them, so that several ordered
 * streams are remembered at the same time.
 *
 * <p><b>Threading.</b> Any number of threads insert at the same time, without locks. The essay in
 * {@link SkipList} explains why.
 */
final class SkipListInserter {

  private static final long HEAD = NodeAllocator.HEAD;

  /** The level where the search near the last insert starts if the key does not follow it. */
  private static final int NEAR = 2;

  /** In the place of a level: the key is not near the last insert. */
  private static final int FAR = -1;

  /** A power of two. */
  private static final int SPLICES = 8;

  private final MemorySegment memory;
  private final SkipList list;

  /** Each created at its first use: most memtables have one writer. */
  private final AtomicReferenceArray<@Nullable Splice> splices =
      new AtomicReferenceArray<>(SPLICES);

  SkipListInserter(MemorySegment memory, SkipList list) {
    this.memory = memory;
    this.list = list;
  }

  /** Acquires a splice for one insert: for {@link #seek}, then {@link #link}, which releases it. */
  Splice acquire() {
    int first = preferredSplice();
    for (int i = 0; i < SPLICES; i++) {
      Splice splice = splice((first + i) & (SPLICES - 1));
      if (splice.tryAcquire()) {
        return splice;
      }
    }
    return new Splice();
  }

  /** Of two splices that threads create at once, one is lost with its place; that is harmless. */
  private Splice splice(int index) {
    Splice splice = splices.getAcquire(index);
    if (splice == null) {
      splice = new Splice();
      splices.setRelease(index, splice);
    }
    return splice;
  }

  /** Finds the place of a node to be inserted, on levels 0 to {@code height - 1}. */
  void seek(
      Splice splice,
      int height,
      long normalized,
      MemorySegment key,
      long offset,
      int length,
      long trailer) {
    seek(splice, height, null, 0, normalized, key, offset, length, trailer);
  }

  /** Finds the place of a node to be inserted, for the key of a search of a batch. */
  void seek(
      Splice splice,
      int height,
      BatchSearch batch,
      int search,
      MemorySegment key,
      long offset,
      int length,
      long trailer) {
    BatchSearch found = batch.hasRun() ? batch : null;
    seek(splice, height, found, search, batch.normalizedKey(search), key, offset, length, trailer);
  }

  private void seek(
      Splice splice,
      int height,
      @Nullable BatchSearch batch,
      int search,
      long normalized,
      MemorySegment key,
      long offset,
      int length,
      long trailer) {
    raiseTop(height);
    int level =
        splice.shouldSearchNear()
            ? levelNear(splice, normalized, key, offset, length, trailer)
            : FAR;
    if (level != FAR && height <= splice.known()) {
      if (level > 0) {
        long near = splice.prev(level);
        list.descend(splice, near, normalized, level, normalized, key, offset, length, trailer);
      }
    } else if (batch != null && height <= batch.height(search)) {
      level = batch.tieLevel(search);
      splice.setPrevNormalizedKey(Splice.NO_KEY);
      if (level >= 0) {
        long before = batch.prev(search, level);
        list.descend(
            splice, before, Splice.NO_KEY, level, normalized, key, offset, length, trailer);
      }
      for (int above = level + 1; above < height; above++) {
        splice.setPrev(above, batch.prev(search, above));
      }
      splice.setKnown(Math.max(level + 1, height));
    } else {
      level = descend(splice, height, normalized, key, offset, length, trailer);
    }
    for (int above = level + 1; above < height; above++) {
      advance(splice, above, normalized, key, offset, length, trailer);
    }
  }

  /** Descends from a shortcut or from the list's start; returns the level it started on. */
  private int descend(
      Splice splice,
      int height,
      long normalized,
      MemorySegment key,
      long offset,
      int length,
      long trailer) {
    long shortcut =
        height <= SearchShortcuts.LEVEL + 1
            ? list.shortcuts().before(normalized)
            : SearchShortcuts.NONE;
    if (shortcut == SearchShortcuts.NONE) {
      list.locate(splice, normalized, key, offset, length, trailer);
      splice.setKnown(Node.MAX_HEIGHT);
      return Node.MAX_HEIGHT - 1;
    }
    long start = Node.target(shortcut);
    long startNormalized = Node.normalizedKey(shortcut);
    int level = SearchShortcuts.LEVEL;
    list.descend(splice, start, startNormalized, level, normalized, key, offset, length, trailer);
    splice.setKnown(level + 1);
    return level;
  }

  /** Links a node, complete except its links, at a splice, which is released. */
  void link(Splice splice, long node, long normalized, int height) {
    assert isDistinct(splice.next(0), node) : "internal key inserted twice";
    for (int level = 0; level < height; level++) {
      Node.setLink(memory, node, level, splice.link(level));
    }
    markOlder(splice, node, normalized);
    long link = Node.linkTo(node, normalized);
    for (int level = 0; level < height; level++) {
      while (!Node.casLink(memory, splice.prev(level), level, splice.link(level), link)) {
        advance(splice, level, node, normalized);
        Node.setLink(memory, node, level, splice.link(level));
        if (level == 0) {
          markOlder(splice, node, normalized);
        }
      }
      splice.setPrev(level, node);
    }
    splice.setPrevNormalizedKey(normalized);
    splice.release();
    if (height > SearchShortcuts.LEVEL) {
      list.shortcuts().add(link);
    }
  }

  /** Whether the thread's last inserts were adjacent, so that the next one needs no search. */
  boolean isInOrder() {
    return splice(preferredSplice()).isInOrder();
  }

  private void raiseTop(int height) {
    if (height - 1 > list.top()) {
      list.raiseTop(height - 1);
    }
  }

  private static int preferredSplice() {
    return (int) Thread.currentThread().threadId() & (SPLICES - 1);
  }

  /**
   * The level from which the splice leads to the key: 0 if the key belongs between the last insert
   * and its successor, as it does for input in order; otherwise {@link #NEAR} or {@link #FAR}.
   */
  private int levelNear(
      Splice splice, long normalized, MemorySegment key, long offset, int length, long trailer) {
    long last = splice.prev(0);
    boolean after =
        splice.prevNormalizedKey() != normalized
            ? splice.prevNormalizedKey() < normalized
            : SkipList.compareKeys(memory, last, key, offset, length, trailer) < 0;
    if (after) {
      long link = Node.link(memory, last, 0);
      if (!SkipList.isBefore(memory, link, normalized, key, offset, length, trailer)) {
        splice.set(0, last, link);
        splice.nearSearchSucceeded();
        return 0;
      }
    }
    if (splice.known() > NEAR) {
      long near = splice.prev(NEAR);
      if (after
          || near == HEAD
          || SkipList.compareKeys(memory, near, key, offset, length, trailer) < 0) {
        long link = Node.link(memory, near, NEAR);
        if (!SkipList.isBefore(memory, link, normalized, key, offset, length, trailer)) {
          splice.nearSearchSucceeded();
          return NEAR;
        }
      }
    }
    splice.nearSearchFailed();
    return FAR;
  }

  private void advance(Splice splice, int level, long node, long normalized) {
    int length = Node.keyLength(memory, node);
    long trailer = Node.trailer(memory, node);
    advance(splice, level, normalized, memory, node + Node.KEY, length, trailer);
    assert isDistinct(splice.next(level), node) : "internal key inserted twice";
  }

  /** Walks on one level from the splice's node to the neighbours of a key's place. */
  private void advance(
      Splice splice,
      int level,
      long normalized,
      MemorySegment key,
      long offset,
      int length,
      long trailer) {
    MemorySegment memory = this.memory;
    long before = splice.prev(level);
    long link;
    while (SkipList.isBefore(
        memory,
        link = Node.link(memory, before, level),
        normalized,
        key,
        offset,
        length,
        trailer)) {
      before = Node.target(link);
      if (level == 0) {
        splice.setPrevNormalizedKey(Node.normalizedKey(link));
      }
    }
    splice.set(level, before, link);
  }

  /** Before a node is linked on level 0: marks the older of two entries of its key. */
  private void markOlder(Splice splice, long node, long normalized) {
    // The head and offset 0, which is no node, have no key.
    if (splice.prevNormalizedKey() == normalized && haveSameKey(splice.prev(0), node)) {
      Node.setSuperseded(memory, node);
    }
    long link = splice.link(0);
    if (Node.normalizedKey(link) == normalized && haveSameKey(Node.target(link), node)) {
      Node.setSuperseded(memory, Node.target(link));
    }
  }

  private boolean haveSameKey(long a, long b) {
    int length = Node.keyLength(memory, a);
    return length == Node.keyLength(memory, b)
        && KeyOrder.compare(memory, a + Node.KEY, length, memory, b + Node.KEY, length) == 0;
  }

  private boolean isDistinct(long next, long node) {
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
