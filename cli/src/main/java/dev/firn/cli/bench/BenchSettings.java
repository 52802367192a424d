package dev.firn.cli.bench;

import dev.firn.Compression;
import dev.firn.cli.workload.WorkloadSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a benchmark.
 *
 * @param workload of each workload
 * @param compression of the tables
 * @param limit after which a workload ends although there are steps left, or null
 * @param rest after which a store is settled in which nothing changes
 */
public record BenchSettings(
    WorkloadSettings workload, Compression compression, @Nullable Duration limit, Duration rest) {

  /** Longer than the second after which the store itself takes the load to have fallen. */
  public static final Duration REST = Duration.ofMillis(1300);

  BenchSettings withoutLimit() {
    return new BenchSettings(workload, compression, null, rest);
  }
}
