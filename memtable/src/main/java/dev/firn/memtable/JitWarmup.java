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
 * Shows the compiler of the JVM, before it compiles them, both ways that the branches of inserts
 * and searches can go.
 *
 * <p>A branch that was only ever taken one way, as most are while input is in order, is compiled to
 * leave for the interpreter when it goes the other way. As a rule the method is then compiled anew;
 * but HotSpot (seen in 25) sometimes gives up on that and leaves at each insert from then on, which
 * makes writing six times slower until the process ends.
 *
 * <p><b>Threading.</b> Any thread; done once in a process.
 */
final class JitWarmup {

  private static final AtomicBoolean DONE = new AtomicBoolean();

  private static final int ROUNDS = 250;
  private static final int ARENA_BYTES = 1 << 20;
  private static final int KEY_BYTES = StoreKey.TREE_BYTES + 3 * Long.BYTES;
  private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;

  private final SplittableRandom random = new SplittableRandom(1);
  private final MemorySegment key = Arena.ofAuto().allocate(KEY_BYTES);
  private final BatchSearch lanes = new BatchSearch();
  private final MemTable table;
  private long sequence = 1;

  private JitWarmup(MemTable table) {
    this.table = table;
  }

  /** Rehearses, unless that was done. */
  static void run() {
    if (DONE.compareAndSet(false, true)) {
      try (MemTableArena arena = MemTableArena.allocate(ARENA_BYTES)) {
        MemorySegment journal = Arena.ofAuto().allocate(Long.BYTES);
        new JitWarmup(new MemTable(arena, journal, KeyNormalizer.none())).play();
      }
    }
  }

  private void play() {
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < 4; i++) {
        insert(ordered(round, i));
        insert(drawn());
        insert(ordered(round, i)); // again, newer
      }
      insertGroup();
      search(drawn());
      search(ordered(round, 1));
    }
    walk();
  }

  /** Some keys have the same number as others, and some have not. */
  private MemorySegment ofGroup(SplittableRandom random) {
    return set(random.nextBoolean() ? random.nextInt(3) : random.nextInt(), random.nextInt(90), 0);
  }

  /** Few values in the first bytes, so that numbers are often equal and keys are not. */
  private MemorySegment drawn() {
    return set(random.nextInt(3), random.nextInt(20), random.nextInt(50));
  }

  private MemorySegment ordered(int round, int i) {
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

  private void insertGroup() {
    SplittableRandom again = new SplittableRandom(sequence);
    SplittableRandom ahead = new SplittableRandom(sequence);
    for (int i = 0; i < BatchSearch.COUNT; i++) {
      table.addSearch(ofGroup(ahead), 0, KEY_BYTES, lanes);
    }
    table.prefetch(lanes);
    for (int i = 0; i < BatchSearch.COUNT; i++) {
      MemorySegment next = ofGroup(again);
      if (table.tryBudget(MemTable.nodeBytes(KEY_BYTES))) {
        table.insert(next, 0, KEY_BYTES, trailer(), 0, 0, lanes, i);
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
