package dev.firn.test.jmh;

import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.cli.console.LocalFiles;
import dev.firn.cli.workload.BenchKey;
import dev.firn.cli.workload.SplitMix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A put from call to return, by one, two and four threads: the puts of all writers together. Keys
 * are random ones of a million, so that compactions keep the store small; flushes and compactions
 * use the processors too, as in a store.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class CommitBenchmark {

  private static final long KEYS = 1_000_000;

  private final Path folder;
  private final Store store;
  private final Tree tree;

  /** Opens a store. */
  public CommitBenchmark() {
    try {
      folder = Files.createTempDirectory("firn-jmh");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    store = Store.open(folder);
    tree = store.tree("jmh");
  }

  /** Deletes the store. */
  @TearDown
  public void tearDown() {
    store.close();
    LocalFiles.deleteTree(folder);
  }

  /** The state of one writer. */
  @State(Scope.Thread)
  public static class Writer {
    private final Arena arena = Arena.ofAuto();
    private final BenchKey key = new BenchKey(arena);
    private final MemorySegment value = arena.allocate(Entries.VALUE_BYTES);
    private final SplitMix random = new SplitMix(ThreadLocalRandom.current().nextLong());

    /** Made by JMH. */
    public Writer() {}
  }

  private Tree put(Writer writer) {
    tree.put(writer.key.set(writer.random.next(KEYS)), writer.value);
    return tree;
  }

  /** One writer. */
  @Benchmark
  @Threads(1)
  public Tree writers1(Writer writer) {
    return put(writer);
  }

  /** Two writers. */
  @Benchmark
  @Threads(2)
  public Tree writers2(Writer writer) {
    return put(writer);
  }

  /** Four writers. */
  @Benchmark
  @Threads(4)
  public Tree writers4(Writer writer) {
    return put(writer);
  }
}
