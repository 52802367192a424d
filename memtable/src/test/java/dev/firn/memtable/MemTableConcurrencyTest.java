package dev.firn.memtable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.core.EntryRef;
import dev.firn.core.InternalCursor;
import dev.firn.core.KeyHash;
import dev.firn.core.KeyOrder;
import dev.firn.core.SequenceNumber;
import dev.firn.core.StoreKey;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;

/**
 * Concurrent writers and readers. The key of sequence {@code s} follows from {@code s}; its value
 * is {@code s} scrambled, written to the journal before the insert. So a reader knows each entry.
 * For each key the newest inserted sequence is published after its insert returned; a reader that
 * saw it published must find it.
 */
class MemTableConcurrencyTest {

  private static final int WRITERS = 4;
  private static final int READERS = 2;
  private static final int CROWD = 12;
  private static final int TREE = 7;
  private static final int KEY_BYTES = 4 + 5 + 8;
  private static final int PUT = 1;

  private final long seed = RandomKeys.seed();
  private final AtomicBoolean done = new AtomicBoolean();

  @Test
  void insertAndRead_randomKeys_wholeOrderedComplete() throws Exception {
    run(1 << 20, Long.MAX_VALUE, sequence -> scramble(sequence) >>> 1);
  }

  @Test
  void insertAndRead_ascendingKeys_wholeOrderedComplete() throws Exception {
    run(1 << 20, Long.MAX_VALUE, sequence -> sequence);
  }

  @Test
  void insertAndRead_descendingKeys_wholeOrderedComplete() throws Exception {
    run(1 << 20, Long.MAX_VALUE, sequence -> Integer.MAX_VALUE - sequence);
  }

  @Test
  void insertAndRead_fewKeysManyVersions_newestPublishedIsFound() throws Exception {
    run(1 << 20, 10_000, sequence -> scramble(sequence) & 31);
  }

  /**
   * Short lists and inserts only, by more threads than there are splices, so that threads contend
   * for few links and few splices.
   */
  @Test
  void insert_manyThreadsAtOneSpot_losesNothing() throws Exception {
    try (MemTableArena arena = MemTableArena.allocate(1 << 18);
        ExecutorService threads = Executors.newFixedThreadPool(CROWD)) {
      for (int round = 0; round < 40; round++) {
        arena.reset();
        MemTable table = new MemTable(arena, MemorySegment.NULL, KeyNormalizer.none(), seed);
        AtomicLong next = new AtomicLong(3000);
        CyclicBarrier start = new CyclicBarrier(CROWD);
        List<Future<Long>> writers = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
          writers.add(threads.submit(() -> insertDescending(table, next, start)));
        }
        long inserted = 0;
        for (Future<Long> writer : writers) {
          inserted += writer.get();
        }
        long found = 0;
        try (InternalCursor cursor = table.cursor()) {
          for (boolean more = cursor.first(); more; more = cursor.next()) {
            found++;
          }
        }
        assertEquals(inserted, found);
      }
    }
  }

  private static long insertDescending(MemTable table, AtomicLong next, CyclicBarrier start)
      throws Exception {
    long count = 0;
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment key = scratch.allocate(KEY_BYTES);
      start.await();
      for (long number; (number = next.decrementAndGet()) > 0; count++) {
        setKey(key, number);
        assertTrue(table.tryBudget(MemTable.nodeBytes(KEY_BYTES)));
        table.insert(key, 0, KEY_BYTES, number, 0, 0);
      }
    }
    return count;
  }

  private interface KeyOfSequence {
    long key(long sequence);
  }

  private void run(int arenaBytes, long limit, KeyOfSequence keys) throws Exception {
    try (Generation generation =
            new Generation(
                arenaBytes, arenaBytes, new RandomKeys(new Random(seed)).normalizer(), seed);
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS + READERS)) {
      Shared shared = new Shared(generation, keys, limit);
      List<Future<Void>> writers = new ArrayList<>();
      List<Future<Void>> readers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        Random random = new Random(seed + i);
        readers.add(threads.submit(guarded(() -> read(shared, random))));
      }
      for (int i = 0; i < WRITERS; i++) {
        writers.add(threads.submit(guarded(() -> write(shared))));
      }
      for (Future<Void> writer : writers) {
        writer.get();
      }
      done.set(true);
      for (Future<Void> reader : readers) {
        reader.get();
      }
      assertEquals(shared.inserted.get(), generation.table.entries());
      assertEquals(shared.inserted.get(), scan(shared, true));
      assertEquals(shared.inserted.get(), scan(shared, false));
      ListCheck.check(generation);
    }
  }

  /** If one thread fails, the others stop. */
  private Callable<Void> guarded(Runnable body) {
    return () -> {
      try {
        body.run();
      } catch (Throwable e) {
        done.set(true);
        throw e;
      }
      return null;
    };
  }

  private static final class Shared {
    final Generation generation;
    final KeyOfSequence keys;
    final long limit;
    final AtomicLong nextSequence = new AtomicLong(1);
    final AtomicLong inserted = new AtomicLong();

    /** The newest published sequence, by a hash of its key. */
    final AtomicLongArray newest = new AtomicLongArray(1 << 10);

    Shared(Generation generation, KeyOfSequence keys, long limit) {
      this.generation = generation;
      this.keys = keys;
      this.limit = limit;
    }

    int slot(long sequence) {
      return (int) keys.key(sequence) & (newest.length() - 1);
    }
  }

  private void write(Shared shared) {
    MemTable table = shared.generation.table;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(KEY_BYTES);
      while (!done.get() && table.tryBudget(MemTable.nodeBytes(KEY_BYTES))) {
        long sequence = shared.nextSequence.getAndIncrement();
        if (sequence > shared.limit) {
          return;
        }
        setKey(key, shared.keys.key(sequence));
        long at = 8 * sequence;
        shared.generation.journal.set(ValueLayout.JAVA_LONG, at, scramble(sequence));
        table.insert(key, 0, KEY_BYTES, SequenceNumber.trailer(sequence, PUT), at, 8);
        shared.inserted.incrementAndGet();
        shared.newest.accumulateAndGet(shared.slot(sequence), sequence, Math::max);
      }
    }
  }

  private void read(Shared shared, Random random) {
    boolean last;
    do {
      last = done.get();
      for (int i = 0; i < 500; i++) {
        checkNewest(shared, random.nextInt(shared.newest.length()));
      }
      long before = shared.inserted.get();
      assertTrue(scan(shared, random.nextBoolean()) >= before);
      zigzag(shared, random);
    } while (!last);
  }

  private static void checkNewest(Shared shared, int slot) {
    long sequence = shared.newest.get(slot);
    if (sequence == 0) {
      return;
    }
    MemTable table = shared.generation.table;
    EntryRef ref = new EntryRef();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(KEY_BYTES);
      setKey(key, shared.keys.key(sequence));
      assertTrue(
          table.get(
              key,
              0,
              KEY_BYTES,
              KeyHash.of(key, 0, KEY_BYTES),
              SequenceNumber.seekTrailer(sequence),
              ref));
      assertEquals(SequenceNumber.trailer(sequence, PUT), ref.trailer());
      assertEquals(scramble(sequence), ref.segment().get(ValueLayout.JAVA_LONG, ref.offset()));
      assertTrue(
          table.get(
              key, 0, KEY_BYTES, KeyHash.of(key, 0, KEY_BYTES), SequenceNumber.MAX_TRAILER, ref));
      assertTrue(SequenceNumber.sequence(ref.trailer()) >= sequence);
    }
  }

  /** Walks over everything and returns the count of entries. */
  private static long scan(Shared shared, boolean forward) {
    long count = 0;
    try (InternalCursor cursor = shared.generation.table.cursor()) {
      boolean more = forward ? cursor.first() : cursor.last();
      while (more) {
        count++;
        more = step(shared, cursor, forward);
      }
    }
    return count;
  }

  /** Moves forwards and backwards, so that a cursor's path is used while others insert. */
  private static void zigzag(Shared shared, Random random) {
    try (InternalCursor cursor = shared.generation.table.cursor();
        Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(KEY_BYTES);
      long sequence = 1 + random.nextLong(shared.nextSequence.get());
      setKey(key, shared.keys.key(sequence));
      boolean more =
          random.nextBoolean()
              ? cursor.seek(key, 0, KEY_BYTES, SequenceNumber.MAX_TRAILER)
              : cursor.seekBefore(key, 0, KEY_BYTES, SequenceNumber.MAX_TRAILER);
      for (int run = 0; run < 20 && more; run++) {
        boolean forward = random.nextBoolean();
        for (int i = random.nextInt(30); i > 0 && more; i--) {
          more = step(shared, cursor, forward);
        }
      }
    }
  }

  /** Checks the entry and makes one step; the next entry must be on the right side. */
  private static boolean step(Shared shared, InternalCursor cursor, boolean forward) {
    long sequence = SequenceNumber.sequence(cursor.trailer());
    MemorySegment key = cursor.key();
    long offset = cursor.keyOffset();
    assertEquals(PUT, SequenceNumber.kindCode(cursor.trailer()));
    assertEquals(KEY_BYTES, cursor.keyLength());
    assertEquals(TREE, StoreKey.tree(key, offset));
    assertEquals(8, cursor.valueLength());
    assertEquals(
        scramble(sequence), cursor.value().get(ValueLayout.JAVA_LONG, cursor.valueOffset()));
    assertEquals(
        Long.reverseBytes(shared.keys.key(sequence)),
        key.get(ValueLayout.JAVA_LONG_UNALIGNED, offset + 9));
    long trailer = cursor.trailer();
    boolean more = forward ? cursor.next() : cursor.prev();
    if (more) {
      int order =
          KeyOrder.compare(
              key,
              offset,
              KEY_BYTES,
              trailer,
              cursor.key(),
              cursor.keyOffset(),
              cursor.keyLength(),
              cursor.trailer());
      assertTrue(forward ? order < 0 : order > 0);
    }
    return more;
  }

  private static void setKey(MemorySegment segment, long key) {
    StoreKey.setTree(segment, 0, TREE);
    MemorySegment.copy(
        new byte[] {'s', 't', 'e', 'm', ':'}, 0, segment, ValueLayout.JAVA_BYTE, 4, 5);
    segment.set(ValueLayout.JAVA_LONG_UNALIGNED, 9, Long.reverseBytes(key));
  }

  private static long scramble(long x) {
    long y = (x + 1) * 0x9e3779b97f4a7c15L;
    return (y ^ y >>> 29) * 0xbf58476d1ce4e5b9L;
  }
}
