package dev.firn.memtable;

import dev.firn.core.EntryRef;
import dev.firn.core.KeyGroup;
import dev.firn.core.KeyHash;
import dev.firn.core.KeyOrder;
import dev.firn.core.Prefetch;
import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import dev.firn.core.range.RangeSource;
import dev.firn.core.range.RangeTombstone;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The newest writes in key order: all entries of one journal segment, of all trees.
 *
 * <p>Keys are copied into the arena. Values stay in the journal segment; a node has their place.
 * Entries are added, never changed or removed.
 *
 * <p><b>Threading.</b> {@link #tryBudget}, {@link #insert}, {@link #get}, {@link #learnNormalizer}
 * and cursors run concurrently with each other, without locks. A read meets every entry whose
 * insert returned before the read began, and each later entry either whole or not at all; the
 * sequence that it reads at decides which of them it may see. One cursor belongs to one thread at a
 * time.
 *
 * <p><b>Ownership.</b> Uses the arena and the journal segment and owns neither. The arena must not
 * be reset or closed before the last use of this memtable and its cursors; use after it was closed
 * throws {@link IllegalStateException}.
 */
public final class MemTable {

  /** What a range tombstone takes of the heap, about, which the budget of the arena bounds. */
  public static final long RANGE_BYTES = 512;

  /** The golden ratio in 64 bits: a multiple of it differs in many bits from the next one. */
  private static final long GAMMA = 0x9e3779b97f4a7c15L;

  /** Random bits per level; a bit that is always set ends the highest tower. */
  private static final int LEVEL_BITS = 2;

  private static final long HIGHEST = 1L << (LEVEL_BITS * (Node.MAX_HEIGHT - 1));

  private final MemorySegment memory;
  private final MemorySegment keys;
  private final MemorySegment journal;
  private final KeyNormalizer normalizer;
  private final NodeAllocator allocator;
  private final SkipList list;
  private final SkipListInserter inserter;
  private final KeyFilter filter;

  /** Minimum length of the values that are counted. */
  private long minLargeBytes = Long.MAX_VALUE;

  private LargeValues largeValues = LargeValues.NONE;

  private final LongAdder largeBytes = new LongAdder();
  private final long seed;

  /** Null while there are none, so that they cost other readers one field. */
  private volatile @Nullable MemTableRanges ranges;

  private final Object rangesLock = new Object();

  /**
   * An empty memtable.
   *
   * @param arena its memory, fresh or reset
   * @param journal the memory of the journal segment that holds the values
   * @param normalizer affects the speed alone
   */
  public MemTable(MemTableArena arena, MemorySegment journal, KeyNormalizer normalizer) {
    this(arena, journal, normalizer, new SplittableRandom().nextLong());
  }

  /**
   * An empty memtable with a seed of the towers' heights. Otherwise the seed is secret: with it an
   * attacker could choose keys so that all high towers are adjacent and searches are slow.
   */
  MemTable(MemTableArena arena, MemorySegment journal, KeyNormalizer normalizer, long seed) {
    this.memory = arena.claim();
    this.keys = memory.asReadOnly();
    this.journal = journal.asReadOnly();
    this.normalizer = normalizer;
    this.seed = seed;
    this.allocator = new NodeAllocator(memory);
    SearchShortcuts shortcuts =
        new SearchShortcuts(arena.shortcuts(), normalizer.minExpected(), normalizer.maxExpected());
    this.list = new SkipList(memory, shortcuts);
    this.inserter = new SkipListInserter(memory, list);
    this.filter = new KeyFilter(arena.filter());
  }

  /**
   * Sets which values {@link #largeBytes} counts; called before the first insert.
   */
  public void count(LargeValues large) {
    largeValues = large;
    minLargeBytes = large.minBytes();
  }

  /** Bytes of the large values, those of overwritten entries included. */
  public long largeBytes() {
    return largeBytes.sum();
  }

  /**
   * Warms up inserts and searches for the JIT compiler, once in a process: some ten milliseconds of
   * work, for a background thread.
   */
  public static void warmUp() {
    JitWarmup.run();
  }

  /**
   * The budget of an entry with a key of this length: its node without a tower, and its share of
   * all towers.
   */
  public static long nodeBytes(int keyLength) {
    return NodeAllocator.nodeBytes(keyLength);
  }

  /** The size of an arena with room for a budget, the sum of {@link #nodeBytes} of its entries. */
  public static long arenaBytes(long budgetBytes) {
    return Math.addExact(budgetBytes, NodeAllocator.OVERHEAD_BYTES + Long.BYTES - 1) & -Long.BYTES;
  }

  /**
   * Reserves a part of the arena for entries that will be inserted. An insert within the budget
   * always finds room.
   *
   * @param bytes the sum of {@link #nodeBytes} over the entries
   * @return false if less is left; then nothing was reserved
   */
  public boolean tryBudget(long bytes) {
    return allocator.tryBudget(bytes);
  }

  /**
   * Adds an entry, whose {@link #nodeBytes} the caller has reserved by {@link #tryBudget}. No two
   * entries have the same key and trailer.
   *
   * @param key holds the store key; not used after the call
   * @param trailer sequence and kind
   * @param valueOffset where the value starts in the journal segment, below 2^32
   * @param valueLength the value's length, at most 2^31-1
   */
  public void insert(
      MemorySegment key,
      long offset,
      int length,
      long trailer,
      long valueOffset,
      long valueLength) {
    long hash = KeyHash.of(key, offset, length);
    long normalized = normalizer.normalize(key, offset, length);
    int height = allocator.grantHeight(drawHeight(trailer, valueOffset));
    Splice place = inserter.acquire();
    Prefetch.consume(filter.prefetch(hash));
    inserter.seek(place, height, normalized, key, offset, length, trailer);
    filter.add(hash);
    long node = add(height, key, offset, length, trailer, valueOffset, valueLength);
    inserter.link(place, node, normalized, height);
  }

  /** Adds an entry whose key is that of a search in a batch, see {@link #prefetch(BatchSearch)}. */
  public void insert(
      MemorySegment key,
      long offset,
      int length,
      long trailer,
      long valueOffset,
      long valueLength,
      BatchSearch batch,
      int search) {
    int height = allocator.grantHeight(drawHeight(trailer, valueOffset));
    Splice place = inserter.acquire();
    inserter.seek(place, height, batch, search, key, offset, length, trailer);
    filter.add(batch.hash(search));
    long node = add(height, key, offset, length, trailer, valueOffset, valueLength);
    inserter.link(place, node, batch.normalizedKey(search), height);
  }

  /** A node that is complete except its links. */
  private long add(
      int height,
      MemorySegment key,
      long offset,
      int length,
      long trailer,
      long valueOffset,
      long valueLength) {
    assert length >= StoreKey.TREE_BYTES && length <= StoreKey.MAX_BYTES : "length=" + length;
    assert valueLength >= 0 && valueLength <= Integer.MAX_VALUE : "valueLength=" + valueLength;
    assert valueOffset >= 0 && valueOffset + valueLength <= journal.byteSize()
        : "valueOffset=" + valueOffset + " valueLength=" + valueLength;
    if (valueLength >= minLargeBytes
        && largeValues.isLarge(StoreKey.tree(key, offset), valueLength)) {
      largeBytes.add(valueLength);
    }
    long node = allocator.allocate(length, height);
    Node.init(memory, node, trailer, valueOffset, valueLength, key, offset, length);
    return node;
  }

  /** Adds a search for a key to a batch, for {@link #prefetch(BatchSearch)}. */
  public void addSearch(MemorySegment key, long offset, int length, BatchSearch batch) {
    batch.add(normalizer.normalize(key, offset, length), KeyHash.of(key, offset, length));
  }

  /**
   * Runs the searches of a batch side by side, which brings their paths into the processor's cache
   * in about the time of one search. While this thread's inserts are in order, it does nothing:
   * those inserts find their places without a search.
   */
  public void prefetch(BatchSearch batch) {
    if (inserter.isInOrder()) {
      batch.skip();
    } else {
      batch.prefetch(filter);
      batch.run(memory, list);
    }
  }

  /** Loads what {@link #get} reads first, for {@link Prefetch#consume}. */
  public long prefetch(long hash) {
    return filter.prefetch(hash);
  }

  /**
   * Finds the newest entry, of any kind, with exactly this key and at most this trailer. A range
   * tombstone is an entry of each key that it covers.
   *
   * @param hash the key's {@link KeyHash}
   * @param trailer the largest visible trailer, see {@link SequenceNumber#seekTrailer}
   * @param out set to the entry, its value in the journal segment
   * @return whether there is one
   */
  public boolean get(
      MemorySegment key, long offset, int length, long hash, long trailer, EntryRef out) {
    MemTableRanges deleted = ranges;
    return deleted == null
        ? filter.mayContain(hash) && find(key, offset, length, trailer, out)
        : findUncovered(deleted, key, offset, length, hash, trailer, out);
  }

  /** As {@link #get}; a range tombstone that covers the key is an entry of it. */
  private boolean findUncovered(
      MemTableRanges deleted,
      MemorySegment key,
      long offset,
      int length,
      long hash,
      long trailer,
      EntryRef out) {
    long covering = deleted.newest(key, offset, length, SequenceNumber.sequence(trailer));
    if (filter.mayContain(hash)
        && find(key, offset, length, trailer, out)
        && SequenceNumber.sequence(out.trailer()) > covering) {
      return true;
    }
    if (covering == RangeSource.NONE) {
      return false;
    }
    out.setRangeDeletion(covering);
    return true;
  }

  private boolean find(MemorySegment key, long offset, int length, long trailer, EntryRef out) {
    long normalized = normalizer.normalize(key, offset, length);
    long found = list.find(normalized, key, offset, length, trailer);
    if ((found & SkipList.SAME_KEY) == 0) {
      return false;
    }
    long node = found - SkipList.SAME_KEY;
    out.set(
        Node.trailer(memory, node),
        journal,
        Node.valueOffset(memory, node),
        Node.valueLength(memory, node));
    return true;
  }

  /**
   * Finds the newest visible entries of the open keys of a group, as {@link #get} does.
   *
   * @param searches work memory
   */
  public void getAll(KeyGroup group, BatchSearch searches) {
    if (ranges != null) {
      getEach(group);
      return;
    }
    long loaded = 0;
    for (int keys = group.open(); keys != 0; keys &= keys - 1) {
      loaded ^= filter.prefetch(group.hash(Integer.numberOfTrailingZeros(keys)));
    }
    Prefetch.consume(loaded);
    int likely = 0;
    for (int keys = group.open(); keys != 0; keys &= keys - 1) {
      int key = Integer.numberOfTrailingZeros(keys);
      likely |= filter.mayContain(group.hash(key)) ? 1 << key : 0;
    }
    int half = (1 << BatchSearch.CAPACITY) - 1;
    find(group, likely & half, searches);
    find(group, likely & ~half, searches);
  }

  /** Range tombstones may cover any key, also those that the filter excludes. */
  private void getEach(KeyGroup group) {
    for (int keys = group.open(); keys != 0; keys &= keys - 1) {
      int at = Integer.numberOfTrailingZeros(keys);
      long hash = group.hash(at);
      MemorySegment key = group.memory();
      if (get(key, group.offset(at), group.length(at), hash, group.trailer(), group.entry(at))) {
        group.found(at);
      }
    }
  }

  /** Finds entries of some keys, at most {@link BatchSearch#CAPACITY}. */
  private void find(KeyGroup group, int likely, BatchSearch searches) {
    MemorySegment key = group.memory();
    if (Integer.bitCount(likely) > 1) {
      searches.skip();
      for (int keys = likely; keys != 0; keys &= keys - 1) {
        int at = Integer.numberOfTrailingZeros(keys);
        long normalized = normalizer.normalize(key, group.offset(at), group.length(at));
        searches.add(normalized, group.hash(at));
      }
      searches.run(memory, list);
    }
    for (int keys = likely; keys != 0; keys &= keys - 1) {
      int at = Integer.numberOfTrailingZeros(keys);
      if (find(key, group.offset(at), group.length(at), group.trailer(), group.entry(at))) {
        group.found(at);
      }
    }
  }

  /**
   * Adds a range tombstone. Its budget is {@link #RANGE_BYTES} more than that of an entry.
   *
   * <p>Readers whose sequence is not below that of the tombstone must begin after this returned.
   */
  public void deleteRange(RangeTombstone tombstone) {
    synchronized (rangesLock) {
      MemTableRanges old = ranges;
      ranges = old == null ? MemTableRanges.of(tombstone) : old.with(tombstone);
    }
  }

  /** The range tombstones; null if there are none. */
  public @Nullable MemTableRanges ranges() {
    return ranges;
  }

  /**
   * A cursor over all entries, including those added while it is used. Its keys are in the arena
   * and its values in the journal segment; both are read-only, and valid while this memtable is.
   */
  public MemTableCursor cursor() {
    return new MemTableCursor(memory, keys, journal, normalizer, list);
  }

  /** Turns a cursor over another memtable to this one; allocates nothing. */
  public void turn(MemTableCursor cursor) {
    cursor.turnTo(memory, keys, journal, normalizer, list);
  }

  /**
   * Whether it has entries of keys before a key. Entries that are added meanwhile may be missed.
   */
  public boolean startsBefore(MemorySegment key, long offset, int length) {
    long first = list.next(NodeAllocator.HEAD);
    return first != 0
        && KeyOrder.compare(
                keys, first + Node.KEY, Node.keyLength(memory, first), key, offset, length)
            < 0;
  }

  /** The count of entries. */
  public long entries() {
    return allocator.entries();
  }

  /** Bytes of the arena in use. */
  public long usedBytes() {
    return allocator.usedBytes();
  }

  /** Bytes reserved by {@link #tryBudget}. */
  public long budgetedBytes() {
    return allocator.budgetedBytes();
  }

  /** Builds a normalizer for the next generation from the keys of this one. */
  public KeyNormalizer learnNormalizer() {
    return new KeySampler(memory, normalizer, list).learn();
  }

  /** Draws a height from what makes the entry unique, so that threads share no random generator. */
  private int drawHeight(long trailer, long valueOffset) {
    long x = seed + (trailer ^ Long.rotateLeft(valueOffset, 40)) * GAMMA;
    x = (x ^ x >>> 30) * 0xbf58476d1ce4e5b9L;
    x = (x ^ x >>> 27) * 0x94d049bb133111ebL;
    return height(x ^ x >>> 31);
  }

  /** One node in four goes up a level. */
  static int height(long random) {
    return 1 + Long.numberOfTrailingZeros(random | HIGHEST) / LEVEL_BITS;
  }
}
