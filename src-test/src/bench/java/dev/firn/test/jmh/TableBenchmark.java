package dev.firn.test.jmh;

import dev.firn.cli.workload.SplitMix;
import dev.firn.core.EntryRef;
import dev.firn.core.KeyHash;
import dev.firn.core.SequenceNumber;
import dev.firn.sstable.Table;
import java.io.IOException;
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
 * Reads in one table: of a million entries, 110 MB, which is in the page cache and exceeds the
 * processor's caches; or of a single block, which fits into them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class TableBenchmark {

  private static final long ENTRIES = 1_000_000;
  private static final long BLOCK_ENTRIES = 30;

  private final Arena arena = Arena.ofConfined();
  private final Entries entries = new Entries(arena);
  private final SplitMix random = new SplitMix(42);
  private final EntryRef found = new EntryRef();
  private final TableFiles files;
  private final Table large;
  private final Table block;

  /** Writes the tables. */
  public TableBenchmark() {
    try {
      files = new TableFiles();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    large = files.write(0, 1, ENTRIES);
    block = files.write(0, 1, BLOCK_ENTRIES);
  }

  /** Reads everything once: a block is verified when it is first read. */
  @Setup
  public void setUp() {
    for (long i = 0; i < ENTRIES; i++) {
      get(large, i);
    }
  }

  /** Deletes the tables. */
  @TearDown
  public void tearDown() {
    files.close();
    arena.close();
  }

  /** Filter, index and block, of a random key. */
  @Benchmark
  public long get() {
    return get(large, random.next(ENTRIES));
  }

  /** The same in a table of one block: mostly the search in the block. */
  @Benchmark
  public long getInBlock() {
    return get(block, random.next(BLOCK_ENTRIES));
  }

  private long get(Table table, long number) {
    MemorySegment key = entries.key(number);
    long hash = KeyHash.of(key, 0, Entries.KEY_BYTES);
    if (!table.get(key, 0, Entries.KEY_BYTES, hash, SequenceNumber.MAX_TRAILER, found)) {
      throw new IllegalStateException("entry " + number + " is gone");
    }
    long trailer = found.trailer();
    found.release();
    return trailer;
  }

  /** A probe of the filter for a key in the table, with hashing. */
  @Benchmark
  public boolean filterHit() {
    MemorySegment key = entries.key(random.next(ENTRIES));
    return large.mayContain(KeyHash.of(key, 0, Entries.KEY_BYTES));
  }

  /** A probe of the filter for a key not in the table, with hashing. */
  @Benchmark
  public boolean filterMiss() {
    MemorySegment key = entries.key(ENTRIES + random.next(ENTRIES));
    return large.mayContain(KeyHash.of(key, 0, Entries.KEY_BYTES));
  }
}
