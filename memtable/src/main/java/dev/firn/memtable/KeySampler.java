package dev.firn.memtable;

import dev.firn.core.KeyOrder;
import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Samples the keys of a memtable to build the normalizer of the next memtable: the first and the
 * last key of each tree, and some keys in between.
 *
 * <p><b>Threading.</b> Belongs to one thread; others may insert meanwhile.
 */
final class KeySampler {

  /** The minimum count of a tree's keys; the prefix of fewer keys may be chance. */
  private static final int MIN_KEYS = 16;

  /** The minimum count of keys to sample for byte ranges; the count is at most about 4 times it. */
  private static final int MIN_SAMPLES = 1024;

  private final MemorySegment memory;
  private final KeyNormalizer normalizer;
  private final SkipList list;

  /**
   * @param normalizer the one that the list is ordered by
   */
  KeySampler(MemorySegment memory, KeyNormalizer normalizer, SkipList list) {
    this.memory = memory;
    this.normalizer = normalizer;
    this.list = list;
  }

  /** Builds the normalizer for the next memtable. */
  KeyNormalizer learn() {
    KeyNormalizer.Builder builder = normalizer.new Builder();
    Splice splice = new Splice();
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment bound = scratch.allocate(StoreKey.TREE_BYTES);
      for (long first = list.next(NodeAllocator.HEAD); first != 0; ) {
        int tree = StoreKey.tree(memory, first + Node.KEY);
        long last = lastOf(tree, splice, bound);
        if (hasEnoughKeys(first, last)) {
          builder.addPrefix(commonPrefix(first, last));
        } else {
          builder.keep(tree);
        }
        first = list.next(last);
      }
    }
    addSamples(builder);
    KeyNormalizer learned = builder.finish();
    long first = list.next(NodeAllocator.HEAD);
    list.locateEnd(splice);
    long last = splice.prev(0);
    return first == 0
        ? learned
        : learned.withExpectedRange(normalize(learned, first), normalize(learned, last));
  }

  private long normalize(KeyNormalizer by, long node) {
    return by.normalize(memory, node + Node.KEY, Node.keyLength(memory, node));
  }

  /** Adds the keys on the highest level that has enough of them. */
  private void addSamples(KeyNormalizer.Builder builder) {
    int level = list.top();
    while (level > 0 && !hasEnoughSamples(level)) {
      level--;
    }
    long node = NodeAllocator.HEAD;
    while ((node = Node.next(memory, node, level)) != 0) {
      builder.addSample(memory, node + Node.KEY, Node.keyLength(memory, node));
    }
  }

  private boolean hasEnoughSamples(int level) {
    long node = NodeAllocator.HEAD;
    for (int i = 0; i < MIN_SAMPLES; i++) {
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
      long normalized = normalizer.normalize(bound, 0, StoreKey.TREE_BYTES);
      list.locate(splice, normalized, bound, 0, StoreKey.TREE_BYTES, SequenceNumber.MAX_TRAILER);
    }
    return splice.prev(0);
  }

  private boolean hasEnoughKeys(long first, long last) {
    long node = first;
    for (int i = 1; i < MIN_KEYS; i++) {
      if (node == last) {
        return false;
      }
      node = list.next(node);
    }
    return true;
  }

  private byte[] commonPrefix(long first, long last) {
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
