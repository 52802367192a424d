package dev.firn.memtable;

import dev.firn.core.KeyOrder;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A lock-free sorted list with express lanes, in an arena: nodes are inserted, never changed, never
 * removed. Here are its order and its searches; {@link SkipListInserter} inserts.
 *
 * <p><b>Order.</b> Store key ascending, trailer descending. The numbers of keys decide most
 * comparisons, see {@link KeyNormalizer}; where numbers are equal, the keys do.
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
   * An inserting thread writes trailer, lengths, key and links of its node with plain
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
   * Why a link carries a number
   * ---------------------------
   * A search waits for memory at each node that it comes to. Of four nodes that it compares with,
   * one is not before the key: the search goes down and has no use for that node. The number in the
   * link tells so without touching it. Number and node are one word, changed together: whoever
   * reads a link has the number of the node that this link leads to.
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

  private static final VarHandle TOP;

  static {
    try {
      TOP = MethodHandles.lookup().findVarHandle(SkipList.class, "top", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final MemorySegment memory;
  private final SearchShortcuts posts;

  /**
   * Where searches start: the highest level with a node on it, or one that was so a moment ago. It
   * only grows, and it grows before a node is linked; so on the levels above it splices have the
   * head, which is before everything.
   */
  @SuppressWarnings("unused") // through TOP
  private int top;

  /**
   * An empty list in memory that a {@link NodeAllocator} prepared.
   *
   * @param posts of a list that is empty, too
   */
  SkipList(MemorySegment memory, SearchShortcuts posts) {
    this.memory = memory;
    this.posts = posts;
  }

  /** Where searches may start. */
  SearchShortcuts posts() {
    return posts;
  }

  /** The node behind a node on level 0, or 0. */
  long next(long node) {
    return Node.next(memory, node, 0);
  }

  /**
   * The first node at or after {@code (key, trailer)}, or 0, with {@link #SAME_KEY} added when it
   * has exactly this key.
   */
  long find(long number, MemorySegment key, long offset, int length, long trailer) {
    MemorySegment memory = this.memory;
    long post = posts.before(number);
    long node = post == SearchShortcuts.NONE ? HEAD : Node.target(post);
    long bound = Node.END;
    long same = 0;
    for (int level = post == SearchShortcuts.NONE ? top() : SearchShortcuts.LEVEL;
        level >= 0;
        level--) {
      long link;
      while ((link = Node.link(memory, node, level)) != bound) {
        long next = Node.target(link);
        if (Node.number(link) != number) {
          if (Node.number(link) < number) {
            node = next;
            continue;
          }
          same = 0;
        } else if (next != 0) {
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
        bound = link;
        break;
      }
    }
    return Node.target(bound) | same;
  }

  /** Fills a splice with the neighbours, on all levels, of where {@code (key, trailer)} belongs. */
  void locate(
      Splice splice, long number, MemorySegment key, long offset, int length, long trailer) {
    descend(splice, HEAD, Splice.NO_NUMBER, top(), number, key, offset, length, trailer);
  }

  /** Fills a splice with the last node of every level. */
  void locateEnd(Splice splice) {
    long node = HEAD;
    for (int level = top(); level >= 0; level--) {
      for (long next; (next = Node.next(memory, node, level)) != 0; ) {
        node = next;
      }
      splice.set(level, node, Node.END);
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

  /** The level to start a search on. */
  int top() {
    return (int) TOP.getOpaque(this);
  }

  /** Lets searches start on {@code level}, before a node is linked there. */
  void raiseTop(int level) {
    for (int seen = top(); seen < level; ) {
      int found = (int) TOP.compareAndExchange(this, seen, level);
      if (found == seen) {
        return;
      }
      seen = found;
    }
  }

  /**
   * As {@link #locate}, from a node before the key that is linked on level {@code top}, and from
   * there down; the levels above stay as they are.
   *
   * @param startNumber the number of that node's key; where it is not known, {@code number}
   */
  void descend(
      Splice splice,
      long start,
      long startNumber,
      int top,
      long number,
      MemorySegment key,
      long offset,
      int length,
      long trailer) {
    MemorySegment memory = this.memory;
    long node = start;
    long nodeNumber = startNumber;
    long bound = Node.END;
    for (int level = top; level >= 0; level--) {
      long link;
      while ((link = Node.link(memory, node, level)) != bound) {
        if (!isBefore(memory, link, number, key, offset, length, trailer)) {
          bound = link;
          break;
        }
        node = Node.target(link);
        nodeNumber = Node.number(link);
      }
      splice.set(level, node, link);
    }
    splice.setPrevNumber(nodeNumber);
  }

  /** Whether a link leads to a node that sorts before {@code (key, trailer)}. */
  static boolean isBefore(
      MemorySegment memory,
      long link,
      long number,
      MemorySegment key,
      long offset,
      int length,
      long trailer) {
    return Node.number(link) != number
        ? Node.number(link) < number
        : link != Node.END
            && compareKeys(memory, Node.target(link), key, offset, length, trailer) < 0;
  }

  /**
   * Where a node stands: negative = before {@code (key, trailer)}; 0 = at or after it, with the
   * same key; positive = after it, with another key.
   */
  static int compareKeys(
      MemorySegment memory, long node, MemorySegment key, long offset, int length, long trailer) {
    int side =
        KeyOrder.compare(
            memory, node + Node.KEY, Node.keyLength(memory, node), key, offset, length);
    if (side != 0) {
      return side;
    }
    return Long.compareUnsigned(Node.trailer(memory, node), trailer) > 0 ? -1 : 0;
  }
}
