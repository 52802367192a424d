package dev.firn.test.jmh;

import dev.firn.cli.workload.Shuffle;
import dev.firn.cli.workload.SplitMix;
import dev.firn.core.EntryRef;
import dev.firn.core.KeyHash;
import dev.firn.core.SequenceNumber;
import dev.firn.core.ValueKind;
import dev.firn.memtable.KeyNormalizer;
import dev.firn.memtable.MemTable;
import dev.firn.memtable.MemTableArena;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The memtable's skip list, with the entries of a journal segment of 64 MiB, of 16 + 100 bytes
 * each. An insert is measured over the whole life of a list, from the first entry to the last.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class SkipListBenchmark {

  private static final int ENTRIES = 440_000;
  private static final long SEED = 42;

  private final Arena arena = Arena.ofConfined();
  private final Entries entries = new Entries(arena);
  private final MemorySegment journal = arena.allocate(4096);
  private final Shuffle shuffle = new Shuffle(ENTRIES, SEED);
  private final SplitMix random = new SplitMix(SEED);
  private final EntryRef found = new EntryRef();
  private final long nodeBytes = MemTable.nodeBytes(Entries.KEY_BYTES);
  private final MemTableArena full = newArena();
  private final MemTableArena growing = newArena();

  private KeyNormalizer normalizer = KeyNormalizer.none();
  private MemTable list = new MemTable(full, journal, normalizer);
  private MemTable target = list;
  private long next;

  private MemTableArena newArena() {
    return MemTableArena.allocate(MemTable.arenaBytes(ENTRIES * (nodeBytes + 16)));
  }

  /** Fills a list to search in; its key normalizer comes from an earlier list, as in a store. */
  @Setup
  public void setUp() {
    fill(list);
    normalizer = list.learnNormalizer();
    full.reset();
    list = new MemTable(full, journal, normalizer);
    fill(list);
    target = new MemTable(growing, journal, normalizer);
  }

  private void fill(MemTable empty) {
    for (long i = 0; i < ENTRIES; i++) {
      insert(empty, shuffle.at(i), i);
    }
  }

  private void insert(MemTable into, long number, long sequence) {
    if (!into.tryBudget(nodeBytes)) {
      throw new IllegalStateException("no room for entry " + sequence);
    }
    MemorySegment key = entries.key(number);
    long trailer = SequenceNumber.trailer(sequence, ValueKind.PUT.code());
    into.insert(key, 0, Entries.KEY_BYTES, trailer, 0, Entries.VALUE_BYTES);
  }

  /** Frees the memory. */
  @TearDown
  public void tearDown() {
    full.close();
    growing.close();
    arena.close();
  }

  private long startOver() {
    if (next == ENTRIES) {
      next = 0;
      growing.reset();
      target = new MemTable(growing, journal, normalizer);
    }
    return next++;
  }

  /** A put of a random key. */
  @Benchmark
  public MemTable insertRandom() {
    long i = startOver();
    insert(target, shuffle.at(i), i);
    return target;
  }

  /** A put of the next key. */
  @Benchmark
  public MemTable insertOrdered() {
    long i = startOver();
    insert(target, i, i);
    return target;
  }

  /** A search for a random key. */
  @Benchmark
  public long searchRandom() {
    return search(random.next(ENTRIES));
  }

  /** A search for the next key. */
  @Benchmark
  public long searchOrdered() {
    next = next == ENTRIES ? 0 : next;
    return search(next++);
  }

  private long search(long number) {
    MemorySegment key = entries.key(number);
    long hash = KeyHash.of(key, 0, Entries.KEY_BYTES);
    if (!list.get(key, 0, Entries.KEY_BYTES, hash, SequenceNumber.MAX_TRAILER, found)) {
      throw new IllegalStateException("entry " + number + " is gone");
    }
    return found.trailer();
  }
}
