package dev.firn.test.jmh;

import dev.firn.core.InternalCursor;
import dev.firn.version.MergingCursor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A step of the cursor that merges sorted runs whose entries alternate, the worst case. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class MergingCursorBenchmark {

  private static final long ENTRIES = 1_000_000;

  /** Run count. */
  @Param({"2", "8"})
  public int runs;

  private final TableFiles files;
  private InternalCursor cursor = new MergingCursor(List.of());
  private boolean valid;

  /** Makes a folder for the runs. */
  public MergingCursorBenchmark() {
    try {
      files = new TableFiles();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes the runs. */
  @Setup
  public void setUp() {
    List<InternalCursor> children = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      children.add(files.write(i, runs, ENTRIES / runs).cursor());
    }
    cursor = new MergingCursor(children);
  }

  /** Deletes the runs. */
  @TearDown
  public void tearDown() {
    cursor.close();
    files.close();
  }

  /** One step; begins again at the end. */
  @Benchmark
  public long next() {
    valid = valid ? cursor.next() : cursor.first();
    return valid ? cursor.trailer() : 0;
  }
}
