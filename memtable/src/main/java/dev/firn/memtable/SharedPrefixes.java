package dev.firn.memtable;

import dev.firn.core.KeyPrefix;
import dev.firn.core.StoreKey;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the keys of each tree are known to share at their start, and the map from store keys to
 * numbers that follows from it.
 *
 * <p>The numbers keep the order: of two keys with unequal numbers the one with the smaller number
 * is the smaller key, whatever is known or wrongly believed; equal numbers say nothing. So one
 * comparison of numbers decides most comparisons of keys, across trees too.
 *
 * <p><b>Layout</b> of a number, for 2^s slots, at least 8:
 *
 * <pre>
 *  bits 63..64-s  the tree's slot; slots follow the order of tree ids
 *  bits 63-s..0   the high bits of the {@link KeyPrefix} after the bytes that the tree's keys share
 * </pre>
 *
 * Slots are for the trees that are known and, as far as they go, for those that come next. A tree
 * without a slot gets the smallest number of the slot behind it: its keys are compared byte by
 * byte.
 *
 * <p><b>Threading.</b> Immutable.
 */
public final class SharedPrefixes {

  private static final SharedPrefixes NONE = new SharedPrefixes(new TreeMap<>());

  private static final int MIN_SLOTS = 8;
  private static final int MAX_TREES = 1024;
  private static final int COMING_TREES = 4;
  private static final int MAX_SHARED_BYTES = 4096;

  /** Bytes that a longer shared prefix must gain before an old, shorter one is given up. */
  private static final int WORTH_BYTES = 4;

  /** The shared bytes, tree id included, by tree id as an unsigned number. */
  private final TreeMap<Long, byte[]> known;

  /** The tree of each slot, ascending as unsigned numbers. Its length is a power of two. */
  private final int[] trees;

  private final MemorySegment bytes;
  private final int[] starts;
  private final int slotBits;

  private SharedPrefixes(TreeMap<Long, byte[]> known) {
    this.known = known;
    TreeMap<Long, byte[]> slots = withComingTrees(known);
    int count = slots.size();
    this.trees = new int[count];
    this.starts = new int[count + 1];
    this.slotBits = Integer.numberOfTrailingZeros(count);
    int total = slots.values().stream().mapToInt(shared -> shared.length).sum();
    // Automatic: a few bytes, shared by the generations, whose ends nobody else has to track.
    this.bytes = Arena.ofAuto().allocate(total, Long.BYTES);
    int slot = 0;
    for (Map.Entry<Long, byte[]> entry : slots.entrySet()) {
      byte[] shared = entry.getValue();
      trees[slot] = entry.getKey().intValue();
      MemorySegment.copy(MemorySegment.ofArray(shared), 0, bytes, starts[slot], shared.length);
      starts[slot + 1] = starts[slot] + shared.length;
      slot++;
    }
  }

  /** Nothing is known. */
  public static SharedPrefixes none() {
    return NONE;
  }

  /**
   * What is known after a look at two more keys, the smallest and the largest of many, for instance
   * of a table. Keys of different trees, or one key twice, say nothing.
   */
  public SharedPrefixes learn(byte[] smallestKey, byte[] largestKey) {
    int same = Arrays.mismatch(smallestKey, largestKey);
    if (same < StoreKey.TREE_BYTES) {
      return this;
    }
    Learner learner = new Learner();
    learner.learn(Arrays.copyOf(smallestKey, same));
    return learner.finish();
  }

  /** How many bytes of the store key, tree id included, the keys of a tree are known to share. */
  public int sharedBytes(int tree) {
    byte[] shared = known.get(Integer.toUnsignedLong(tree));
    return shared == null ? StoreKey.TREE_BYTES : shared.length;
  }

  /** The number of a store key. */
  long prefix(MemorySegment key, long offset, int length) {
    assert length >= StoreKey.TREE_BYTES : "length=" + length;
    int tree = StoreKey.tree(key, offset);
    int slot = slot(tree);
    if (slot == trees.length) {
      return -1L;
    }
    long high = (long) slot << (Long.SIZE - slotBits);
    if (trees[slot] != tree) {
      return high;
    }
    int start = starts[slot];
    long prefix = KeyPrefix.of(bytes, start, starts[slot + 1] - start, key, offset, length);
    return high | prefix >>> slotBits;
  }

  /** The first slot whose tree is not below {@code tree}; the count of slots when there is none. */
  private int slot(int tree) {
    int[] trees = this.trees;
    int guess = tree - trees[0]; // ids are dense as a rule
    if (guess >= 0 && guess < trees.length && trees[guess] == tree) {
      return guess;
    }
    int low = 0;
    int high = trees.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Integer.compareUnsigned(trees[middle], tree) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Adds trees that may come, until their number is a power of two. */
  private static TreeMap<Long, byte[]> withComingTrees(TreeMap<Long, byte[]> known) {
    TreeMap<Long, byte[]> slots = new TreeMap<>(known);
    long largest = known.isEmpty() ? -1 : known.lastKey();
    int count = Math.max(MIN_SLOTS, Integer.highestOneBit(known.size() + COMING_TREES - 1) << 1);
    for (long tree = largest + 1; tree <= largest + COMING_TREES && tree <= 0xffffffffL; tree++) {
      slots.put(tree, idBytes(tree));
    }
    for (long tree = 0; slots.size() < count; tree++) {
      if (!slots.containsKey(tree)) {
        slots.put(tree, idBytes(tree));
      }
    }
    return slots;
  }

  private static byte[] idBytes(long tree) {
    return ByteBuffer.allocate(StoreKey.TREE_BYTES).putInt((int) tree).array();
  }

  /** Gathers what one generation shows, for the next. */
  final class Learner {

    private final TreeMap<Long, byte[]> learned = new TreeMap<>();

    /** Takes what the keys of one tree, the first 4 bytes of {@code common}, have in common. */
    void learn(byte[] common) {
      byte[] shared = Arrays.copyOf(common, Math.min(common.length, MAX_SHARED_BYTES));
      long tree = Integer.toUnsignedLong(ByteBuffer.wrap(shared).getInt());
      byte[] old = known.get(tree);
      if (old != null && old.length > StoreKey.TREE_BYTES) {
        // What both generations share fits the next one better, unless it fits too loosely: with
        // ascending keys each generation's range is another one.
        int same = Arrays.mismatch(old, shared);
        int both = same < 0 ? old.length : same;
        if (shared.length - both <= WORTH_BYTES) {
          shared = Arrays.copyOf(shared, both);
        }
      }
      learned.put(tree, shared);
    }

    /** Takes note of a tree about whose keys nothing new is known. */
    void keep(int tree) {
      long id = Integer.toUnsignedLong(tree);
      byte[] old = known.get(id);
      learned.putIfAbsent(id, old == null ? idBytes(id) : old);
    }

    /** All that is known now; of too many trees those that were met. */
    SharedPrefixes finish() {
      for (Map.Entry<Long, byte[]> old : known.entrySet()) {
        if (learned.size() < MAX_TREES) {
          learned.putIfAbsent(old.getKey(), old.getValue());
        }
      }
      while (learned.size() > MAX_TREES) {
        learned.pollFirstEntry();
      }
      return isKnown(learned) ? SharedPrefixes.this : new SharedPrefixes(learned);
    }

    private boolean isKnown(TreeMap<Long, byte[]> other) {
      return known.keySet().equals(other.keySet())
          && known.entrySet().stream()
              .allMatch(old -> Arrays.equals(old.getValue(), other.get(old.getKey())));
    }
  }
}
