package dev.firn.memtable;

import dev.firn.core.EntryRef;
import dev.firn.core.InternalCursor;
import dev.firn.core.KeyHash;
import dev.firn.core.Prefetch;
import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/**
 * The newest writes in key order: all entries of one journal segment, of all trees.
 *
 * <p>Keys are copied into the arena; values stay in the journal segment, and a node says where.
 * Entries are added, never changed or removed.
 *
 * <p><b>Threading.</b> {@link #tryBudget}, {@link #insert}, {@link #get}, {@link #learnPrefixes}
 * and cursors run concurrently with each other, without locks. A read meets every entry whose
 * insert returned before the read began, and of later ones each either whole or not at all; which
 * of them it may see, the caller says by the sequence it reads at. One cursor belongs to one thread
 * at a time.
 *
 * <p><b>Ownership.</b> Uses the arena and the journal segment and owns neither. Whoever resets or
 * closes the arena makes sure that this memtable and its cursors are not used any more; use after
 * the arena was closed throws {@link IllegalStateException}.
 */
public final class MemTable {

  /** The golden ratio in 64 bits: makes numbers that follow each other differ in many bits. */
  private static final long GAMMA = 0x9e3779b97f4a7c15L;

  /** Two random bits a level; a bit that is always set ends the highest tower. */
  private static final int LEVEL_BITS = 2;

  private static final long HIGHEST = 1L << (LEVEL_BITS * (Node.MAX_HEIGHT - 1));

  private final MemorySegment memory;
  private final MemorySegment keys;
  private final MemorySegment journal;
  private final KeyNormalizer hints;
  private final NodeAllocator allocator;
  private final SkipList list;
  private final SkipListInserter linker;
  private final KeyFilter filter;
  private final long seed;

  /**
   * An empty memtable.
   *
   * @param arena its memory, fresh or reset
   * @param journal the memory of the journal segment that holds the values
   * @param hints what keys are known to share; a matter of speed alone
   */
  public MemTable(MemTableArena arena, MemorySegment journal, KeyNormalizer hints) {
    this(arena, journal, hints, new SplittableRandom().nextLong());
  }

  /**
   * With the seed of the towers' heights. It is secret otherwise: who knows it can choose keys so
   * that all the high towers stand together, and searches become slow.
   */
  MemTable(MemTableArena arena, MemorySegment journal, KeyNormalizer hints, long seed) {
    this.memory = arena.claim();
    this.keys = memory.asReadOnly();
    this.journal = journal.asReadOnly();
    this.hints = hints;
    this.seed = seed;
    this.allocator = new NodeAllocator(memory);
    SearchShortcuts posts = new SearchShortcuts(arena.signposts(), hints.lowest(), hints.highest());
    this.list = new SkipList(memory, posts);
    this.linker = new SkipListInserter(memory, list);
    this.filter = new KeyFilter(arena.filter());
  }

  /**
   * Makes inserts and searches known to the compiler of the JVM, once in a process: some ten
   * milliseconds of work that nobody should wait for.
   */
  public static void rehearse() {
    JitWarmup.run();
  }

  /**
   * What an entry with a key of this length takes from the budget: its node without a tower, and
   * its share of all towers.
   */
  public static long nodeBytes(int keyLength) {
    return NodeAllocator.nodeBytes(keyLength);
  }

  /**
   * The size of an arena that has room for a budget of so many bytes, {@link #nodeBytes} added
   * up.
   */
  public static long arenaBytes(long budgetBytes) {
    return Math.addExact(budgetBytes, NodeAllocator.OVERHEAD_BYTES + Long.BYTES - 1) & -Long.BYTES;
  }

  /**
   * Takes a part of the arena for entries that will be inserted. An insert within what was taken
   * never fails for want of room.
   *
   * @param bytes the sum of {@link #nodeBytes} over the entries
   * @return false when there is not so much left; then nothing was taken
   */
  public boolean tryBudget(long bytes) {
    return allocator.tryBudget(bytes);
  }

  /**
   * Adds an entry, whose {@link #nodeBytes} the caller took by {@link #tryBudget} before. No two
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
    long number = hints.number(key, offset, length);
    int height = allocator.grantHeight(drawHeight(trailer, valueOffset));
    Splice place = linker.take();
    Prefetch.consume(filter.prefetch(hash));
    linker.seek(place, height, number, key, offset, length, trailer);
    filter.add(hash);
    long node = add(height, key, offset, length, trailer, valueOffset, valueLength);
    linker.link(place, node, number, height);
  }

  /**
   * As the other one, for the key that was announced as number {@code lane} of those approached. */
  public void insert(
      MemorySegment key,
      long offset,
      int length,
      long trailer,
      long valueOffset,
      long valueLength,
      BatchSearch lanes,
      int lane) {
    int height = allocator.grantHeight(drawHeight(trailer, valueOffset));
    Splice place = linker.take();
    linker.seek(place, height, lanes, lane, key, offset, length, trailer);
    filter.add(lanes.hash(lane));
    long node = add(height, key, offset, length, trailer, valueOffset, valueLength);
    linker.link(place, node, lanes.number(lane), height);
  }

  /** A node that is complete but for its links. */
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
    long node = allocator.allocate(length, height);
    Node.init(memory, node, trailer, valueOffset, valueLength, key, offset, length);
    return node;
  }

  /** Says that a key will be inserted or searched soon, see {@link #prefetch(BatchSearch)}. */
  public void addSearch(MemorySegment key, long offset, int length, BatchSearch lanes) {
    lanes.add(hints.number(key, offset, length), KeyHash.of(key, offset, length));
  }

  /**
   * Brings to the processor's cache what lies on the way to the keys that were announced, at most
   * {@link BatchSearch#COUNT} of them: in about the time it takes to go one of those ways. Does
   * nothing while this thread's inserts are in order: those find their places without a search.
   */
  public void prefetch(BatchSearch lanes) {
    if (linker.isInOrder()) {
      lanes.skip();
    } else {
      lanes.prefetch(filter);
      lanes.run(memory, list);
    }
  }

  /** Loads what {@link #get} reads first, for {@link Prefetch#consume}. */
  public long prefetch(long hash) {
    return filter.prefetch(hash);
  }

  /**
   * Finds the newest entry, of any kind, with exactly this key and at most this trailer.
   *
   * @param hash the key's {@link KeyHash}
   * @param trailer the largest to be seen, see {@link SequenceNumber#seekTrailer}
   * @param out set to the entry, its value in the journal segment
   * @return whether there is one
   */
  public boolean get(
      MemorySegment key, long offset, int length, long hash, long trailer, EntryRef out) {
    if (!filter.mayContain(hash)) {
      return false;
    }
    long found = list.find(hints.number(key, offset, length), key, offset, length, trailer);
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
   * A cursor over all entries, those that are added while it is used included. Its keys lie in the
   * arena and its values in the journal segment; both are read-only, and valid as long as this
   * memtable is.
   */
  public InternalCursor cursor() {
    return newCursor();
  }

  MemTableCursor newCursor() {
    return new MemTableCursor(memory, keys, journal, hints, list);
  }

  /** How many entries there are. */
  public long entries() {
    return allocator.entries();
  }

  /** How many bytes of the arena are in use. */
  public long usedBytes() {
    return allocator.usedBytes();
  }

  /** How many bytes were taken by {@link #tryBudget}. */
  public long budgetedBytes() {
    return allocator.budgetedBytes();
  }

  /** What the next generation should take the keys to look like, judged by this one. */
  public KeyNormalizer learnPrefixes() {
    return new KeySampler(memory, hints, list).learn();
  }

  /** Draws a height from what makes the entry unique, so that threads share no generator. */
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
