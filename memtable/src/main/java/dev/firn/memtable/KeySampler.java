package dev.firn.memtable;

import dev.firn.core.KeyOrder;
import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A look at the keys of a memtable, to learn what the next one's will look like: the first and the
 * last of each tree, and some in between.
 *
 * <p><b>Threading.</b> Belongs to one thread; others may insert meanwhile.
 */
final class KeySampler {

  /** Of fewer keys what they share may be chance. */
  private static final int ENOUGH_TO_LEARN = 16;

  /** From so many keys, or up to four times as many, it is learned which bytes they have. */
  private static final int SAMPLES = 1024;

  private final MemorySegment memory;
  private final KeyNormalizer hints;
  private final SkipList list;

  /**
   * @param hints by which the list is ordered
   */
  KeySampler(MemorySegment memory, KeyNormalizer hints, SkipList list) {
    this.memory = memory;
    this.hints = hints;
    this.list = list;
  }

  /** What the keys of the next memtable should be taken to look like. */
  KeyNormalizer learn() {
    KeyNormalizer.Learner learner = hints.new Learner();
    Splice splice = new Splice();
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment bound = scratch.allocate(StoreKey.TREE_BYTES);
      for (long first = list.next(NodeAllocator.HEAD); first != 0; ) {
        int tree = StoreKey.tree(memory, first + Node.KEY);
        long last = lastOf(tree, splice, bound);
        if (enoughToLearn(first, last)) {
          learner.learn(common(first, last));
        } else {
          learner.keep(tree);
        }
        first = list.next(last);
      }
    }
    sample(learner);
    KeyNormalizer learned = learner.finish();
    long first = list.next(NodeAllocator.HEAD);
    list.locateEnd(splice);
    long last = splice.prev(0);
    return first == 0
        ? learned
        : learned.withNumbers(number(learned, first), number(learned, last));
  }

  private long number(KeyNormalizer hints, long node) {
    return hints.number(memory, node + Node.KEY, Node.keyLength(memory, node));
  }

  /** Shows some of the keys: those on the highest level that has enough of them. */
  private void sample(KeyNormalizer.Learner learner) {
    int level = list.top();
    while (level > 0 && !hasSamples(level)) {
      level--;
    }
    long node = NodeAllocator.HEAD;
    while ((node = Node.next(memory, node, level)) != 0) {
      learner.sample(memory, node + Node.KEY, Node.keyLength(memory, node));
    }
  }

  private boolean hasSamples(int level) {
    long node = NodeAllocator.HEAD;
    for (int i = 0; i < SAMPLES; i++) {
      node = Node.next(memory, node, level);
      if (node == 0) {
        return false;
      }
    }
    return true;
  }

  private long lastOf(int tree, Splice splice, MemorySegment bound) {
    if (tree == -1) {
      list.locateEnd(splice);
    } else {
      StoreKey.setTree(bound, 0, tree + 1);
      long number = hints.number(bound, 0, StoreKey.TREE_BYTES);
      list.locate(splice, number, bound, 0, StoreKey.TREE_BYTES, SequenceNumber.MAX_TRAILER);
    }
    return splice.prev(0);
  }

  /** Whether there are so many entries that what two share is not chance. */
  private boolean enoughToLearn(long first, long last) {
    long node = first;
    for (int i = 1; i < ENOUGH_TO_LEARN; i++) {
      if (node == last) {
        return false;
      }
      node = list.next(node);
    }
    return true;
  }

  private byte[] common(long first, long last) {
    long a = first + Node.KEY;
    long b = last + Node.KEY;
    int length =
        KeyOrder.commonPrefix(
            memory, a, Node.keyLength(memory, first), memory, b, Node.keyLength(memory, last));
    byte[] bytes = new byte[length];
    MemorySegment.copy(memory, a, MemorySegment.ofArray(bytes), 0, length);
    return bytes;
  }
}
