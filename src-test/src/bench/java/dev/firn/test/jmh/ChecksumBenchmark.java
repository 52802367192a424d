package dev.firn.test.jmh;

import dev.firn.cli.workload.SplitMix;
import dev.firn.core.Checksum;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

/**
 * CRC32C over bytes of a mapped file, at random offsets of 256 MiB. The store copies such bytes
 * first: the copy throws when the device cannot deliver a page, while the CRC would crash the JVM.
 * The difference between the two benchmarks is the cost of the copy.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ChecksumBenchmark {

  private static final long FILE_BYTES = 256L << 20;

  /** Length: of a small record, and of a block. */
  @Param({"152", "4096"})
  public int bytes;

  private final Arena arena = Arena.ofConfined();
  private final Checksum checksum = new Checksum();
  private final SplitMix random = new SplitMix(42);
  private final MemorySegment scratch = arena.allocate(4096, 64);
  private final Path file;
  private final MemorySegment map;

  /** Maps a file. */
  public ChecksumBenchmark() {
    try {
      file = Files.createTempFile("firn-jmh", ".bytes");
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        map = channel.map(FileChannel.MapMode.READ_WRITE, 0, FILE_BYTES, arena);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Loads all pages. */
  @Setup
  public void setUp() {
    map.fill((byte) 1);
  }

  /** Deletes the file. */
  @TearDown
  public void tearDown() throws IOException {
    arena.close();
    Files.delete(file);
  }

  private long place() {
    return random.next((FILE_BYTES - bytes) / 8) * 8;
  }

  /** Copies first, as the store does. */
  @Benchmark
  public int copiedOut() {
    MemorySegment.copy(map, place(), scratch, 0, bytes);
    return checksum.start(1, 2).update(scratch, 0, bytes).value();
  }

  /** Without a copy. */
  @Benchmark
  public int inPlace() {
    return checksum.start(1, 2).update(map, place(), bytes).value();
  }
}
