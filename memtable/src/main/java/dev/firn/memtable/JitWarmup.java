package dev.firn.memtable;

import dev.firn.core.EntryRef;
import dev.firn.core.InternalCursor;
import dev.firn.core.KeyHash;
import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import dev.firn.core.ValueKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Executes inserts and searches with both outcomes of their branches, before the JIT compiler
 * compiles them.
 *
 * <p>Of a branch that always had the same outcome, as most have while input is in order, the other
 * outcome is compiled as an exit to the interpreter (a deoptimization). Usually the method is then
 * recompiled. But HotSpot (seen in 25) sometimes does not recompile it, and each insert exits to
 * the interpreter until the process ends, which makes writes six times slower.
 *
 * <p><b>Threading.</b> Any thread; runs once in a process.
 */
final class JitWarmup {

  private static final AtomicBoolean DONE = new AtomicBoolean();

  private static final int ROUNDS = 250;
  private static final int ARENA_BYTES = 1 << 20;
  private static final int KEY_BYTES = StoreKey.TREE_BYTES + 3 * Long.BYTES;
  private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;

  private final SplittableRandom random = new SplittableRandom(1);
  private final MemorySegment key = Arena.ofAuto().allocate(KEY_BYTES);
  private final BatchSearch batch = new BatchSearch();
  private final MemTable table;
  private long sequence = 1;

  private JitWarmup(MemTable table) {
    this.table = table;
  }

  /** Warms up, unless that was done. */
  static void run() {
    if (DONE.compareAndSet(false, true)) {
      try (MemTableArena arena = MemTableArena.allocate(ARENA_BYTES)) {
        MemorySegment journal = Arena.ofAuto().allocate(Long.BYTES);
        new JitWarmup(new MemTable(arena, journal, KeyNormalizer.none())).warmUp();
      }
    }
  }

  private void warmUp() {
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < 4; i++) {
        insert(orderedKey(round, i));
        insert(randomKey());
        insert(orderedKey(round, i)); // the same key, newer
      }
      insertBatch();
      search(randomKey());
      search(orderedKey(round, 1));
    }
    walk();
  }

  /** A random key; some have equal normalized keys, others do not. */
  private MemorySegment batchKey(SplittableRandom random) {
    return set(random.nextBoolean() ? random.nextInt(3) : random.nextInt(), random.nextInt(90), 0);
  }

  /** A random key with few values in the first bytes: normalized keys are often equal. */
  private MemorySegment randomKey() {
    return set(random.nextInt(3), random.nextInt(20), random.nextInt(50));
  }

  private MemorySegment orderedKey(int round, int i) {
    return set(1, 1L << 60, Long.reverseBytes(round * 4L + i));
  }

  private MemorySegment set(long first, long second, long third) {
    StoreKey.setTree(key, 0, 1);
    key.set(WORD, StoreKey.TREE_BYTES, first);
    key.set(WORD, StoreKey.TREE_BYTES + Long.BYTES, second);
    key.set(WORD, StoreKey.TREE_BYTES + 2 * Long.BYTES, third);
    return key;
  }

  private void insert(MemorySegment key) {
    if (table.tryBudget(MemTable.nodeBytes(KEY_BYTES))) {
      table.insert(key, 0, KEY_BYTES, trailer(), 0, 0);
    }
  }

  private void insertBatch() {
    SplittableRandom again = new SplittableRandom(sequence);
    SplittableRandom ahead = new SplittableRandom(sequence);
    for (int i = 0; i < BatchSearch.CAPACITY; i++) {
      table.addSearch(batchKey(ahead), 0, KEY_BYTES, batch);
    }
    table.prefetch(batch);
    for (int i = 0; i < BatchSearch.CAPACITY; i++) {
      MemorySegment next = batchKey(again);
      if (table.tryBudget(MemTable.nodeBytes(KEY_BYTES))) {
        table.insert(next, 0, KEY_BYTES, trailer(), 0, 0, batch, i);
      }
    }
  }

  private long trailer() {
    return SequenceNumber.trailer(sequence++, ValueKind.PUT.code());
  }

  private void search(MemorySegment key) {
    long hash = KeyHash.of(key, 0, KEY_BYTES);
    long at = SequenceNumber.seekTrailer(random.nextLong(sequence));
    table.get(key, 0, KEY_BYTES, hash, at, new EntryRef());
  }

  private void walk() {
    try (InternalCursor cursor = table.cursor()) {
      for (boolean more = cursor.first(); more; more = cursor.next()) {
        assert cursor.keyLength() == KEY_BYTES;
      }
      for (boolean more = cursor.last(); more; more = cursor.prev()) {
        assert cursor.keyLength() == KEY_BYTES;
      }
    }
  }
}
