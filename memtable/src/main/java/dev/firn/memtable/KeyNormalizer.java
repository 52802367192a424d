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
 * Maps the store keys of all trees to <i>normalized keys</i>, numbers of 32 bits that have the
 * order of the keys. The map follows from what the keys of each tree are expected to look like.
 *
 * <p>Of two keys with unequal normalized keys, the one with the smaller normalized key is the
 * smaller key, even if the expectation is wrong; equal normalized keys do not order the keys. So
 * one comparison of two numbers decides most comparisons of keys, also across trees.
 *
 * <p><b>Layout</b> of a normalized key, for 2^s slots, at least 8:
 *
 * <pre>
 *  bits 31..32-s  the tree's slot; slots have the order of tree ids
 *  bits 31-s..0   the high bits of what the {@link TreeKeyNormalizer} of the tree makes of the key
 * </pre>
 *
 * The trees that are known have slots. The remaining slots are for the trees that are created next.
 * The keys of a tree without a slot get the smallest normalized key of the next slot, so they are
 * compared byte by byte.
 *
 * <p><b>Threading.</b> Immutable.
 */
public final class KeyNormalizer {

  private static final KeyNormalizer NONE = new KeyNormalizer(new TreeMap<>());

  private static final int MIN_SLOTS = 8;
  private static final int MAX_TREES = 1024;
  private static final int FUTURE_TREES = 4;
  private static final int MAX_PREFIX_BYTES = 4096;

  /** A longer prefix replaces a shorter one if it gains more bytes than this. */
  private static final int MAX_UNUSED_GAIN = 4;

  /** By tree id as an unsigned integer. */
  private final TreeMap<Long, TreeKeyNormalizer> known;

  /** The tree of each slot, ascending as unsigned integers. Its length is a power of two. */
  private final int[] trees;

  /** By slot. */
  private final TreeKeyNormalizer[] normalizers;

  /** The prefixes of all slots, concatenated. */
  private final MemorySegment prefixes;

  /** The offset of each slot's prefix. */
  private final int[] prefixOffsets;

  private final int slotBits;
  private final long minExpected;
  private final long maxExpected;

  private KeyNormalizer(TreeMap<Long, TreeKeyNormalizer> known) {
    this.known = known;
    TreeMap<Long, TreeKeyNormalizer> slots = withFutureTrees(known);
    int count = slots.size();
    this.trees = new int[count];
    this.normalizers = slots.values().toArray(TreeKeyNormalizer[]::new);
    this.prefixOffsets = new int[count];
    this.slotBits = Integer.numberOfTrailingZeros(count);
    this.minExpected = 0;
    this.maxExpected = TreeKeyNormalizer.MAX_NORMALIZED;
    int total = slots.values().stream().mapToInt(tree -> tree.prefix().length).sum();
    // Automatic: a few bytes that generations share, so their lifetime is not tracked.
    this.prefixes = Arena.ofAuto().allocate(total, Long.BYTES);
    int slot = 0;
    int offset = 0;
    for (Map.Entry<Long, TreeKeyNormalizer> entry : slots.entrySet()) {
      byte[] prefix = entry.getValue().prefix();
      trees[slot] = entry.getKey().intValue();
      prefixOffsets[slot] = offset;
      MemorySegment.copy(MemorySegment.ofArray(prefix), 0, prefixes, offset, prefix.length);
      offset += prefix.length;
      slot++;
    }
  }

  private KeyNormalizer(KeyNormalizer other, long minExpected, long maxExpected) {
    this.known = other.known;
    this.trees = other.trees;
    this.normalizers = other.normalizers;
    this.prefixes = other.prefixes;
    this.prefixOffsets = other.prefixOffsets;
    this.slotBits = other.slotBits;
    this.minExpected = minExpected;
    this.maxExpected = maxExpected;
  }

  /** The normalizer that expects nothing. */
  public static KeyNormalizer none() {
    return NONE;
  }

  /**
   * A normalizer that also expects keys between two keys, for instance the smallest and the largest
   * of a table. Two keys of different trees, or two equal keys, change nothing.
   */
  public KeyNormalizer learn(byte[] smallestKey, byte[] largestKey) {
    int same = Arrays.mismatch(smallestKey, largestKey);
    if (same < StoreKey.TREE_BYTES) {
      return this;
    }
    Builder builder = new Builder();
    builder.addPrefix(Arrays.copyOf(smallestKey, same));
    return builder.finish();
  }

  /** The length of the prefix, tree id included, that a tree's keys are expected to share. */
  public int prefixBytes(int tree) {
    TreeKeyNormalizer normalizer = known.get(Integer.toUnsignedLong(tree));
    return normalizer == null ? StoreKey.TREE_BYTES : normalizer.prefix().length;
  }

  /**
   * The same map with another expected range of normalized keys; this normalizer, if the range
   * fills at least half of its own.
   */
  KeyNormalizer withExpectedRange(long min, long max) {
    boolean fits =
        min >= minExpected && max <= maxExpected && (max - min) * 2 >= maxExpected - minExpected;
    return fits ? this : new KeyNormalizer(this, min, max);
  }

  /** The smallest normalized key that is expected. */
  long minExpected() {
    return minExpected;
  }

  /** The largest normalized key that is expected. */
  long maxExpected() {
    return maxExpected;
  }

  /** The normalized key of a store key. */
  long normalize(MemorySegment key, long offset, int length) {
    assert length >= StoreKey.TREE_BYTES : "length=" + length;
    int tree = StoreKey.tree(key, offset);
    int slot = slot(tree);
    if (slot == trees.length) {
      return TreeKeyNormalizer.MAX_NORMALIZED;
    }
    long high = (long) slot << (TreeKeyNormalizer.BITS - slotBits);
    if (trees[slot] != tree) {
      return high;
    }
    long low = normalizers[slot].normalize(prefixes, prefixOffsets[slot], key, offset, length);
    return high | low >>> slotBits;
  }

  /** The first slot whose tree is not below {@code tree}; the count of slots if there is none. */
  private int slot(int tree) {
    int[] trees = this.trees;
    int guess = tree - trees[0]; // ids are usually dense
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

  /** Adds trees that may be created next, up to a power of two. */
  private static TreeMap<Long, TreeKeyNormalizer> withFutureTrees(
      TreeMap<Long, TreeKeyNormalizer> known) {
    TreeMap<Long, TreeKeyNormalizer> slots = new TreeMap<>(known);
    long largest = known.isEmpty() ? -1 : known.lastKey();
    int count = Math.max(MIN_SLOTS, Integer.highestOneBit(known.size() + FUTURE_TREES - 1) << 1);
    for (long tree = largest + 1; tree <= largest + FUTURE_TREES && tree <= 0xffffffffL; tree++) {
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

  /** Builds the normalizer of the next generation from the keys of this one. */
  final class Builder {

    private final TreeMap<Long, TreeKeyNormalizer> learned = new TreeMap<>();
    private final TreeMap<Long, ByteRanges> ranges = new TreeMap<>();

    /** Adds the prefix that the keys of one tree share. It begins with the tree's id. */
    void addPrefix(byte[] shared) {
      byte[] prefix = Arrays.copyOf(shared, Math.min(shared.length, MAX_PREFIX_BYTES));
      long tree = Integer.toUnsignedLong(ByteBuffer.wrap(prefix).getInt());
      TreeKeyNormalizer old = known.get(tree);
      if (old != null && !old.isUnknown()) {
        // The prefix that both generations share suits the next one better, unless it is much
        // shorter: with ascending keys each generation has another range.
        int same = Arrays.mismatch(old.prefix(), prefix);
        int both = same < 0 ? prefix.length : same;
        if (prefix.length - both <= MAX_UNUSED_GAIN) {
          prefix = Arrays.copyOf(prefix, both);
        }
      }
      ranges.put(tree, new ByteRanges(prefix));
    }

    /** Keeps what is known of a tree whose keys teach nothing new. */
    void keep(int tree) {
      long id = Integer.toUnsignedLong(tree);
      TreeKeyNormalizer old = known.get(id);
      learned.putIfAbsent(id, old == null ? TreeKeyNormalizer.of(idBytes(id)) : old);
    }

    /** Adds a key of the sample. It counts if {@link #addPrefix} was called for its tree. */
    void addSample(MemorySegment key, long offset, int length) {
      ByteRanges seen = ranges.get(Integer.toUnsignedLong(StoreKey.tree(key, offset)));
      if (seen != null) {
        seen.add(key, offset, length);
      }
    }

    /** The new normalizer. If there are too many trees, it prefers those of this generation. */
    KeyNormalizer finish() {
      ranges.forEach((tree, seen) -> learned.put(tree, seen.normalizer()));
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
      for (TreeKeyNormalizer normalizer : other.values()) {
        if (!normalizer.isSame(olds.next())) {
          return false;
        }
      }
      return true;
    }
  }
}
