package dev.firn.memtable;

import dev.firn.core.KeyOrder;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A lock-free sorted list with express lanes, in an arena: nodes are inserted, never changed, never
 * removed.
 *
 * <p><b>Order.</b> Store key ascending, trailer descending. A node's prefix decides most
 * comparisons; where prefixes are equal, the keys do.
 *
 * <p><b>Invariants.</b> Level 0 holds every node; each level above it a part of the one below.
 * Every level is sorted at every moment.
 *
 * <p><b>Threading.</b> Any number of threads insert and search at the same time, without locks. A
 * search meets every node whose insert returned before the search began.
 *
 * <p><b>Ownership.</b> The memory is the arena's, see {@link MemTableArena}.
 */
final class SkipList {

  /*
   * Why readers see whole nodes
   * ---------------------------
   * An inserting thread writes prefix, trailer, lengths, key and links of its node with plain
   * stores, and then makes the node reachable by a compare-and-set of one link, which releases
   * those stores. A reader gets to the node only through a link that it reads with acquire, so it
   * sees all of them. Apart from links, and one mark (see below), nothing in a node is written
   * again.
   *
   * A node becomes reachable level by level, from below. The link of its next level is stored,
   * plainly, before the compare-and-set that makes it reachable there, and nobody looks at a node's
   * link on a level before having come to the node on that level or on a higher one; to a cursor's
   * path and an inserter's splice, which keep nodes, they belong by the level they were reached on.
   * So a link is only read after its first value was released. Later values are put there by
   * compare-and-set of other inserters, and each releases the node it points to.
   *
   * A reader may follow a stale link: it then passes from a node to what once followed it. That was
   * sorted and still is in the list, so the reader only misses nodes that were inserted meanwhile.
   *
   * Why compare-and-set is enough
   * -----------------------------
   * The danger of a compare-and-set on links is that a link changed away and back (ABA): a node was
   * unlinked, freed, and its memory came back as another node. Here no node is ever unlinked or
   * freed while the list lives, and a link only ever changes to a node that sorts before the one it
   * pointed to. It never takes the same value twice. So an insert whose compare-and-set succeeds
   * put its node between two neighbours, and one whose compare-and-set fails goes on from the node
   * before it, which still sorts before it and still is linked.
   *
   * Why a search for a key may stop above level 0
   * ---------------------------------------------
   * A search that meets the key on an upper level, at or below the trailer it looks for, would have
   * to go down all the same: a newer entry of the key, still at or below the trailer, may stand
   * before this one on level 0 only. Most entries are the only ones of their key, and the way down
   * is one or two cache misses. So a node carries a mark when an entry of its key stands before it.
   * Entries of one key are neighbours. An insert looks at both neighbours of its place, before the
   * compare-and-set on level 0 that makes them neighbours: if the one before has the key, it marks
   * its own node; if the one behind has it, it marks that. So whenever two nodes of one key are
   * linked, all but the first are marked. The mark is released together with the node that it is
   * for: a reader that has to see the newer node, or has seen it, sees the mark. A mark set for an
   * insert that then found its place elsewhere, or is not finished yet, only makes searches go
   * down.
   *
   * What recycling requires
   * -----------------------
   * All of this holds for one life of the arena. The next life starts with the same addresses and
   * other nodes, so nobody may keep anything of the last one: no search under way, no cursor, no
   * splice, no key. The engine counts references to a generation and resets its arena when the
   * count is gone; splices belong to the memtable object, which is not used again. The bytes of the
   * last life are still there, and nothing reads them: a new life writes its counters and the head,
   * and every node before it is linked.
   */

  /** Set in the result of {@link #find} when the node has the key that was searched. */
  static final long SAME_KEY = 1;

  private static final long HEAD = NodeAllocator.HEAD;

  /** Where an insert that does not fit right behind the last one starts to look near it. */
  private static final int NEAR = 3;

  private static final int FAR = -1;

  private static final int SPLICES = 8;

  private static final VarHandle TOP;

  static {
    try {
      TOP = MethodHandles.lookup().findVarHandle(SkipList.class, "top", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final MemorySegment memory;
  private final Splice[] splices = new Splice[SPLICES];

  /**
   * Where searches start: the highest level with a node on it, or one that was so a moment ago. It
   * only grows, and before a splice has a node on a level, so above it splices have the head.
   */
  @SuppressWarnings("unused") // through TOP
  private int top;

  /** An empty list in memory that a {@link NodeAllocator} prepared. */
  SkipList(MemorySegment memory) {
    this.memory = memory;
    for (int i = 0; i < SPLICES; i++) {
      splices[i] = new Splice();
    }
  }

  /** The node behind a node on level 0, or 0. */
  long next(long node) {
    return Node.next(memory, node, 0);
  }

  /**
   * The first node at or after {@code (key, trailer)}, or 0, with {@link #SAME_KEY} added when it
   * has exactly this key.
   */
  long find(long prefix, MemorySegment key, long offset, int length, long trailer) {
    MemorySegment memory = this.memory;
    long node = HEAD;
    long bound = 0;
    long same = 0;
    for (int level = top(); level >= 0; level--) {
      long next;
      while ((next = Node.next(memory, node, level)) != bound && next != 0) {
        long nextPrefix = Node.prefix(memory, next);
        if (nextPrefix != prefix) {
          if (Long.compareUnsigned(nextPrefix, prefix) < 0) {
            node = next;
            continue;
          }
          same = 0;
        } else {
          int side = compareKeys(memory, next, key, offset, length, trailer);
          if (side < 0) {
            node = next;
            continue;
          }
          if (side == 0 && !Node.isSuperseded(memory, next)) {
            return next | SAME_KEY;
          }
          same = side == 0 ? SAME_KEY : 0;
        }
        bound = next;
        break;
      }
    }
    return bound | same;
  }

  /** Fills a splice with the neighbours, on all levels, of where {@code (key, trailer)} belongs. */
  void locate(
      Splice splice, long prefix, MemorySegment key, long offset, int length, long trailer) {
    descend(splice, HEAD, top(), prefix, key, offset, length, trailer);
  }

  /** As the other one, for where a node stands or will stand. */
  void locate(Splice splice, long node) {
    MemorySegment memory = this.memory;
    locate(
        splice,
        Node.prefix(memory, node),
        memory,
        node + Node.KEY,
        Node.keyLength(memory, node),
        Node.trailer(memory, node));
  }

  /** Fills a splice with the last node of every level. */
  void locateEnd(Splice splice) {
    long node = HEAD;
    for (int level = top(); level >= 0; level--) {
      for (long next; (next = Node.next(memory, node, level)) != 0; ) {
        node = next;
      }
      splice.set(level, node, 0);
    }
  }

  /**
   * The node before {@code node} on level 0, or the head. Needs no comparison: it walks to the node
   * itself.
   *
   * @param path all its nodes sort before {@code node} or are {@code node}; afterwards all sort
   *     before
   */
  long predecessor(Splice path, long node) {
    int level = 0;
    while (level < Node.MAX_HEIGHT && path.prev(level) == node) {
      level++;
    }
    // On the levels below, the path came by the node itself, so it is linked there.
    long before = level < Node.MAX_HEIGHT ? path.prev(level) : HEAD;
    for (level = Math.max(level - 1, 0); level >= 0; level--) {
      for (long next; (next = Node.next(memory, before, level)) != node; ) {
        before = next;
      }
      path.setPrev(level, before);
    }
    return before;
  }

  /** Links a node that is complete but for its links. */
  void insert(long node, int height) {
    if (height - 1 > top()) {
      raiseTop(height - 1);
    }
    Splice splice = takeSplice();
    position(splice, node, height);
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
    splice.giveBack();
  }

  private int top() {
    return (int) TOP.getOpaque(this);
  }

  private void raiseTop(int level) {
    for (int seen = top(); seen < level; ) {
      int found = (int) TOP.compareAndExchange(this, seen, level);
      if (found == seen) {
        return;
      }
      seen = found;
    }
  }

  private Splice takeSplice() {
    int start = (int) Thread.currentThread().threadId();
    for (int i = 0; i < SPLICES; i++) {
      Splice splice = splices[(start + i) & (SPLICES - 1)];
      if (splice.tryTake()) {
        return splice;
      }
    }
    return new Splice();
  }

  /** Fills levels 0 to {@code height - 1} with the node's neighbours, from near the last insert. */
  private void position(Splice splice, long node, int height) {
    long prefix = Node.prefix(memory, node);
    long trailer = Node.trailer(memory, node);
    int length = Node.keyLength(memory, node);
    long key = node + Node.KEY;
    int start = splice.worthATry() ? levelNear(splice, prefix, key, length, trailer) : FAR;
    if (start == FAR) {
      start = top();
      descend(splice, HEAD, start, prefix, memory, key, length, trailer);
    } else if (start > 0) {
      descend(splice, splice.prev(start), start, prefix, memory, key, length, trailer);
    }
    for (int level = start + 1; level < height; level++) {
      advance(splice, level, node);
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
    return node == HEAD || isBefore(memory, node, prefix, memory, key, length, trailer);
  }

  private void descend(
      Splice splice,
      long start,
      int top,
      long prefix,
      MemorySegment key,
      long offset,
      int length,
      long trailer) {
    MemorySegment memory = this.memory;
    long node = start;
    long bound = 0;
    for (int level = top; level >= 0; level--) {
      long next;
      while ((next = Node.next(memory, node, level)) != bound && next != 0) {
        if (!isBefore(memory, next, prefix, key, offset, length, trailer)) {
          bound = next;
          break;
        }
        node = next;
      }
      splice.set(level, node, next);
    }
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
        && isBefore(memory, next, prefix, memory, node + Node.KEY, length, trailer)) {
      before = next;
    }
    assert isUnlike(next, node) : "an internal key was inserted twice";
    splice.set(level, before, next);
  }

  /** Whether a node sorts before {@code (key, trailer)}. */
  private static boolean isBefore(
      MemorySegment memory,
      long node,
      long prefix,
      MemorySegment key,
      long offset,
      int length,
      long trailer) {
    long nodePrefix = Node.prefix(memory, node);
    return nodePrefix != prefix
        ? Long.compareUnsigned(nodePrefix, prefix) < 0
        : compareKeys(memory, node, key, offset, length, trailer) < 0;
  }

  /**
   * Where a node stands: negative = before {@code (key, trailer)}; 0 = at or after it, with the
   * same key; positive = after it, with another key.
   */
  private static int compareKeys(
      MemorySegment memory, long node, MemorySegment key, long offset, int length, long trailer) {
    int side =
        KeyOrder.compare(
            memory, node + Node.KEY, Node.keyLength(memory, node), key, offset, length);
    if (side != 0) {
      return side;
    }
    return Long.compareUnsigned(Node.trailer(memory, node), trailer) > 0 ? -1 : 0;
  }

  /** Before a node is linked on level 0: marks it, or its neighbour, if it is the older of two. */
  private void markOlder(Splice splice, long node) {
    long before = splice.prev(0);
    if (before != HEAD && haveSameKey(before, node)) {
      Node.setSuperseded(memory, node);
    }
    long next = splice.next(0);
    if (next != 0 && haveSameKey(next, node)) {
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
