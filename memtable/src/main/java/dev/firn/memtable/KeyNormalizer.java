package dev.firn.memtable;

import dev.firn.core.StoreKey;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the keys of each tree are known to look like, and the map from store keys to numbers of 32
 * bits that follows from it.
 *
 * <p>The numbers keep the order: of two keys with unequal numbers the one with the smaller number
 * is the smaller key, whatever is known or wrongly believed; equal numbers say nothing. So one
 * comparison of numbers decides most comparisons of keys, across trees too.
 *
 * <p><b>Layout</b> of a number, for 2^s slots, at least 8:
 *
 * <pre>
 *  bits 31..32-s  the tree's slot; slots follow the order of tree ids
 *  bits 31-s..0   the high bits of the key's number in the {@link TreeKeyNormalizer} of its tree
 * </pre>
 *
 * Slots are for the trees that are known and, as far as they go, for those that come next. A tree
 * without a slot gets the smallest number of the slot behind it: its keys are compared byte by
 * byte.
 *
 * <p><b>Threading.</b> Immutable.
 */
public final class KeyNormalizer {

  private static final KeyNormalizer NONE = new KeyNormalizer(new TreeMap<>());

  private static final int MIN_SLOTS = 8;
  private static final int MAX_TREES = 1024;
  private static final int COMING_TREES = 4;
  private static final int MAX_SHARED_BYTES = 4096;

  /** Bytes that a longer shared prefix must gain before an old, shorter one is given up. */
  private static final int WORTH_BYTES = 4;

  /** By tree id as an unsigned number. */
  private final TreeMap<Long, TreeKeyNormalizer> known;

  /** The tree of each slot, ascending as unsigned numbers. Its length is a power of two. */
  private final int[] trees;

  /** By slot. */
  private final TreeKeyNormalizer[] shapes;

  /** The shared bytes of all slots, one after the other. */
  private final MemorySegment bytes;

  private final int[] starts;
  private final int slotBits;
  private final long lowest;
  private final long highest;

  private KeyNormalizer(TreeMap<Long, TreeKeyNormalizer> known) {
    this.known = known;
    TreeMap<Long, TreeKeyNormalizer> slots = withComingTrees(known);
    int count = slots.size();
    this.trees = new int[count];
    this.shapes = slots.values().toArray(TreeKeyNormalizer[]::new);
    this.starts = new int[count];
    this.slotBits = Integer.numberOfTrailingZeros(count);
    this.lowest = 0;
    this.highest = TreeKeyNormalizer.MAX_NUMBER;
    int total = slots.values().stream().mapToInt(shape -> shape.shared().length).sum();
    // Automatic: a few bytes, shared by the generations, whose ends nobody else has to track.
    this.bytes = Arena.ofAuto().allocate(total, Long.BYTES);
    int slot = 0;
    int start = 0;
    for (Map.Entry<Long, TreeKeyNormalizer> entry : slots.entrySet()) {
      byte[] shared = entry.getValue().shared();
      trees[slot] = entry.getKey().intValue();
      starts[slot] = start;
      MemorySegment.copy(MemorySegment.ofArray(shared), 0, bytes, start, shared.length);
      start += shared.length;
      slot++;
    }
  }

  private KeyNormalizer(KeyNormalizer other, long lowest, long highest) {
    this.known = other.known;
    this.trees = other.trees;
    this.shapes = other.shapes;
    this.bytes = other.bytes;
    this.starts = other.starts;
    this.slotBits = other.slotBits;
    this.lowest = lowest;
    this.highest = highest;
  }

  /** Nothing is known. */
  public static KeyNormalizer none() {
    return NONE;
  }

  /**
   * What is known after a look at two more keys, the smallest and the largest of many, for instance
   * of a table. Keys of different trees, or one key twice, say nothing.
   */
  public KeyNormalizer learn(byte[] smallestKey, byte[] largestKey) {
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
    TreeKeyNormalizer shape = known.get(Integer.toUnsignedLong(tree));
    return shape == null ? StoreKey.TREE_BYTES : shape.shared().length;
  }

  /**
   * The same, with the numbers between which those of keys are expected; a little beside the ones
   * that were.
   */
  KeyNormalizer withNumbers(long first, long last) {
    boolean fits = first >= lowest && last <= highest && (last - first) * 2 >= highest - lowest;
    return fits ? this : new KeyNormalizer(this, first, last);
  }

  /** The lowest number that is expected. */
  long lowest() {
    return lowest;
  }

  /** The highest number that is expected. */
  long highest() {
    return highest;
  }

  /** The number of a store key. */
  long number(MemorySegment key, long offset, int length) {
    assert length >= StoreKey.TREE_BYTES : "length=" + length;
    int tree = StoreKey.tree(key, offset);
    int slot = slot(tree);
    if (slot == trees.length) {
      return TreeKeyNormalizer.MAX_NUMBER;
    }
    long high = (long) slot << (TreeKeyNormalizer.BITS - slotBits);
    if (trees[slot] != tree) {
      return high;
    }
    long number = shapes[slot].number(bytes, starts[slot], key, offset, length);
    return high | number >>> slotBits;
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
  private static TreeMap<Long, TreeKeyNormalizer> withComingTrees(
      TreeMap<Long, TreeKeyNormalizer> known) {
    TreeMap<Long, TreeKeyNormalizer> slots = new TreeMap<>(known);
    long largest = known.isEmpty() ? -1 : known.lastKey();
    int count = Math.max(MIN_SLOTS, Integer.highestOneBit(known.size() + COMING_TREES - 1) << 1);
    for (long tree = largest + 1; tree <= largest + COMING_TREES && tree <= 0xffffffffL; tree++) {
      slots.put(tree, TreeKeyNormalizer.of(idBytes(tree)));
    }
    for (long tree = 0; slots.size() < count; tree++) {
      if (!slots.containsKey(tree)) {
        slots.put(tree, TreeKeyNormalizer.of(idBytes(tree)));
      }
    }
    return slots;
  }

  private static byte[] idBytes(long tree) {
    return ByteBuffer.allocate(StoreKey.TREE_BYTES).putInt((int) tree).array();
  }

  /** Gathers what one generation shows, for the next. */
  final class Learner {

    private final TreeMap<Long, TreeKeyNormalizer> learned = new TreeMap<>();
    private final TreeMap<Long, ByteRanges> ranges = new TreeMap<>();

    /** Takes what the keys of one tree, the first 4 bytes of {@code common}, have in common. */
    void learn(byte[] common) {
      byte[] shared = Arrays.copyOf(common, Math.min(common.length, MAX_SHARED_BYTES));
      long tree = Integer.toUnsignedLong(ByteBuffer.wrap(shared).getInt());
      TreeKeyNormalizer old = known.get(tree);
      if (old != null && !old.isUnknown()) {
        // What both generations share fits the next one better, unless it fits too loosely: with
        // ascending keys each generation's range is another one.
        int same = Arrays.mismatch(old.shared(), shared);
        int both = same < 0 ? shared.length : same;
        if (shared.length - both <= WORTH_BYTES) {
          shared = Arrays.copyOf(shared, both);
        }
      }
      ranges.put(tree, new ByteRanges(shared));
    }

    /** Takes note of a tree about whose keys nothing new is known. */
    void keep(int tree) {
      long id = Integer.toUnsignedLong(tree);
      TreeKeyNormalizer old = known.get(id);
      learned.putIfAbsent(id, old == null ? TreeKeyNormalizer.of(idBytes(id)) : old);
    }

    /** Takes a look at one of the keys, all of which {@link #learn} was told of. */
    void sample(MemorySegment key, long offset, int length) {
      ByteRanges seen = ranges.get(Integer.toUnsignedLong(StoreKey.tree(key, offset)));
      if (seen != null) {
        seen.add(key, offset, length);
      }
    }

    /** All that is known now; of too many trees those that were met. */
    KeyNormalizer finish() {
      ranges.forEach((tree, seen) -> learned.put(tree, seen.shape()));
      for (Map.Entry<Long, TreeKeyNormalizer> old : known.entrySet()) {
        if (learned.size() < MAX_TREES) {
          learned.putIfAbsent(old.getKey(), old.getValue());
        }
      }
      while (learned.size() > MAX_TREES) {
        learned.pollFirstEntry();
      }
      return isKnown(learned) ? KeyNormalizer.this : new KeyNormalizer(learned);
    }

    private boolean isKnown(TreeMap<Long, TreeKeyNormalizer> other) {
      if (!known.keySet().equals(other.keySet())) {
        return false;
      }
      Iterator<TreeKeyNormalizer> olds = known.values().iterator();
      for (TreeKeyNormalizer shape : other.values()) {
        if (!shape.isSame(olds.next())) {
          return false;
        }
      }
      return true;
    }
  }
}
