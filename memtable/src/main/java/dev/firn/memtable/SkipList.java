package dev.firn.memtable;

import dev.firn.core.KeyOrder;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A lock-free sorted linked list with express levels, in an arena: nodes are inserted, never
 * changed, never removed. This class has the order and the searches; {@link SkipListInserter}
 * inserts.
 *
 * <p><b>Order.</b> Store key ascending, trailer descending. Normalized keys decide most
 * comparisons, see {@link KeyNormalizer}; where they are equal, the keys decide.
 *
 * <p><b>Invariants.</b> Level 0 holds every node; each level above holds a subset of the level
 * below. Every level is sorted at every moment.
 *
 * <p><b>Threading.</b> Any number of threads insert and search at the same time, without locks. A
 * search meets every node whose insert returned before the search began.
 *
 * <p><b>Ownership.</b> The memory belongs to the arena, see {@link MemTableArena}.
 */
final class SkipList {

  /*
   * Why readers see whole nodes
   * ---------------------------
   * An inserting thread writes trailer, lengths, key and links of its node with plain stores. Then
   * it makes the node reachable by a compare-and-set of one link, which releases those stores. A
   * reader reaches the node only through a link that it reads with acquire, so it sees all of them.
   * Apart from links and one mark (see below), nothing in a node is written again.
   *
   * A node becomes reachable level by level, from level 0 up. The link of its next level is stored,
   * plainly, before the compare-and-set that makes the node reachable there. No thread reads a
   * node's link on a level before it has reached the node on that level or a higher one; the nodes
   * in a cursor's path and an inserter's splice count by the level they were reached on. So a link
   * is read only after its first value was released. Later values are put there by compare-and-set
   * of other inserters, and each releases the node it points to.
   *
   * A reader may follow a stale link: it then goes from a node to an earlier successor of that
   * node. This successor was in order and still is in the list, so the reader only misses nodes
   * that were inserted meanwhile.
   *
   * Why compare-and-set is enough
   * -----------------------------
   * The danger of a compare-and-set on links is a link that changed away and back (ABA): a node was
   * unlinked and freed, and its memory was reused for another node. Here no node is unlinked or
   * freed while the list lives, and a link only changes to a node that sorts before the one it
   * pointed to, so it never has the same value twice. An insert whose compare-and-set succeeds has
   * put its node between two neighbours. An insert whose compare-and-set fails continues from the
   * preceding node, which still sorts before its node and still is linked.
   *
   * Why a link carries a normalized key
   * -----------------------------------
   * A search waits for memory at each node that it loads. Of four nodes that it compares with, one
   * does not sort before the key: the search goes down a level and has no use for that node. The
   * normalized key in the link shows this without loading the node. Normalized key and node are one
   * word and change together, so a reader of a link has the normalized key of the node that this
   * link leads to.
   *
   * Why a search for a key may stop above level 0
   * ---------------------------------------------
   * A search that meets the key on an upper level, at or below the trailer it looks for, would have
   * to go down to level 0 all the same: a newer entry of the key, still at or below the trailer,
   * may precede this one on level 0 only. Most entries are the only ones of their key, and the way
   * down costs one or two cache misses. So a node carries a mark if an entry of its key precedes
   * it. Entries of one key are neighbours. An insert looks at both neighbours of its place, before
   * the compare-and-set on level 0 that makes them neighbours: if the preceding node has the key,
   * it marks its own node; if the following node has the key, it marks that one. So whenever two
   * nodes of one key are linked, all but the first are marked. The mark is released together with
   * the node that it is for: a reader that has to see the newer node, or has seen it, sees the
   * mark. A mark set for an insert that then found another place, or is not finished, only makes
   * searches go down.
   *
   * What recycling requires
   * -----------------------
   * All of this holds for one life of the arena. The next life has the same addresses and other
   * nodes, so nothing of the last life may be kept: no search in progress, no cursor, no splice, no
   * key. The engine counts references to a generation and resets its arena when the count is zero;
   * splices belong to the memtable object, which is not reused. The bytes of the last life remain,
   * and nothing reads them: a new life writes its counters and the head, and writes every node
   * before the node is linked.
   */

  /** Set in the result of {@link #find} if the node has the key that was searched for. */
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
  private final SearchShortcuts shortcuts;

  /**
   * The level where searches start: the highest level with a node, or one that was the highest a
   * moment ago. It only grows, and grows before a node is linked. So on the levels above it splices
   * have the head, which precedes everything.
   */
  @SuppressWarnings("unused") // through TOP
  private int top;

  /**
   * An empty list in memory that a {@link NodeAllocator} prepared.
   *
   * @param shortcuts without any link yet
   */
  SkipList(MemorySegment memory, SearchShortcuts shortcuts) {
    this.memory = memory;
    this.shortcuts = shortcuts;
  }

  SearchShortcuts shortcuts() {
    return shortcuts;
  }

  /** The node that follows a node on level 0, or 0. */
  long next(long node) {
    return Node.next(memory, node, 0);
  }

  /**
   * The first node at or after {@code (key, trailer)}, or 0, with {@link #SAME_KEY} added if it has
   * exactly this key.
   */
  long find(long normalized, MemorySegment key, long offset, int length, long trailer) {
    MemorySegment memory = this.memory;
    long shortcut = shortcuts.before(normalized);
    long node = shortcut == SearchShortcuts.NONE ? HEAD : Node.target(shortcut);
    long bound = Node.END;
    long same = 0;
    for (int level = shortcut == SearchShortcuts.NONE ? top() : SearchShortcuts.LEVEL;
        level >= 0;
        level--) {
      long link;
      while ((link = Node.link(memory, node, level)) != bound) {
        long next = Node.target(link);
        if (Node.normalizedKey(link) != normalized) {
          if (Node.normalizedKey(link) < normalized) {
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

  /** Fills a splice with the neighbours, on all levels, of the place of {@code (key, trailer)}. */
  void locate(
      Splice splice, long normalized, MemorySegment key, long offset, int length, long trailer) {
    descend(splice, HEAD, Splice.NO_KEY, top(), normalized, key, offset, length, trailer);
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
   * The node that precedes {@code node} on level 0, or the head. Compares no keys: it walks to the
   * node itself.
   *
   * @param path all its nodes are {@code node} or sort before it; afterwards all sort before it
   */
  long predecessor(Splice path, long node) {
    int level = 0;
    while (level < Node.MAX_HEIGHT && path.prev(level) == node) {
      level++;
    }
    // On the levels below, the path went through the node itself, so it is linked there.
    long before = level < Node.MAX_HEIGHT ? path.prev(level) : HEAD;
    for (level = Math.max(level - 1, 0); level >= 0; level--) {
      for (long next; (next = Node.next(memory, before, level)) != node; ) {
        before = next;
      }
      path.setPrev(level, before);
    }
    return before;
  }

  /** The level where a search starts. */
  int top() {
    return (int) TOP.getOpaque(this);
  }

  /** Makes searches start on {@code level} or above, before a node is linked there. */
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
   * As {@link #locate}, from level {@code top} down, starting at a node that precedes the key and
   * is linked on that level. The levels above stay as they are.
   *
   * @param startNormalized the normalized key of the node {@code start}; if it is not known, {@code
   *     normalized}, or {@link Splice#NO_KEY} if it is known to be smaller
   */
  void descend(
      Splice splice,
      long start,
      long startNormalized,
      int top,
      long normalized,
      MemorySegment key,
      long offset,
      int length,
      long trailer) {
    MemorySegment memory = this.memory;
    long node = start;
    long nodeNormalized = startNormalized;
    long bound = Node.END;
    for (int level = top; level >= 0; level--) {
      long link;
      while ((link = Node.link(memory, node, level)) != bound) {
        if (!isBefore(memory, link, normalized, key, offset, length, trailer)) {
          bound = link;
          break;
        }
        node = Node.target(link);
        nodeNormalized = Node.normalizedKey(link);
      }
      splice.set(level, node, link);
    }
    splice.setPrevNormalizedKey(nodeNormalized);
  }

  /** Whether a link leads to a node that sorts before {@code (key, trailer)}. */
  static boolean isBefore(
      MemorySegment memory,
      long link,
      long normalized,
      MemorySegment key,
      long offset,
      int length,
      long trailer) {
    return Node.normalizedKey(link) != normalized
        ? Node.normalizedKey(link) < normalized
        : link != Node.END
            && compareKeys(memory, Node.target(link), key, offset, length, trailer) < 0;
  }

  /**
   * Compares a node: negative = it sorts before {@code (key, trailer)}; 0 = at or after it, with
   * the same key; positive = after it, with another key.
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
