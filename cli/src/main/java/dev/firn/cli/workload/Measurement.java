package dev.firn.cli.workload;

import java.util.List;
import java.util.Objects;
import org.HdrHistogram.Histogram;

/**
 * What the threads of a workload measured together.
 *
 * @param label the name of the row
 * @param operations operation count; for fillbatch, the count of entries
 * @param bytes keys and values that were written or read
 * @param nanos duration of the slowest thread
 * @param allocatedBytes bytes that the threads allocated on the heap
 * @param latencies of operations, in nanoseconds; for fillbatch, of batches
 */
public record Measurement(
    String label,
    int threads,
    long operations,
    long bytes,
    long nanos,
    long allocatedBytes,
    Histogram latencies) {

  static Measurement of(
      Workload workload, String label, WorkloadSettings settings, List<Worker> workers) {
    long steps = workers.stream().mapToLong(Worker::steps).sum();
    long entries = Math.round(steps * workload.entriesPerStep(settings));
    Histogram latencies = new Histogram(latencies(workers.getFirst()));
    workers.forEach(worker -> latencies.add(latencies(worker)));
    return new Measurement(
        label,
        workers.size(),
        workload == Workload.FILLBATCH ? entries : steps,
        workload == Workload.READMISSING ? 0 : entries * settings.entryBytes(),
        workers.stream().mapToLong(Worker::nanos).max().orElse(0),
        workers.stream().mapToLong(Worker::allocatedBytes).sum(),
        latencies);
  }

  private static Histogram latencies(Worker worker) {
    return Objects.requireNonNull(worker.latencies());
  }

  /** One long call. */
  public static Measurement single(String label, long bytes, long nanos) {
    Histogram latencies = new Histogram(3);
    latencies.recordValue(nanos);
    return new Measurement(label, 1, 1, bytes, nanos, 0, latencies);
  }

  /** Duration of the slowest thread. */
  public double seconds() {
    return Math.max(1, nanos) / 1e9;
  }

  /** Rate of operations. */
  public double operationsPerSecond() {
    return operations / seconds();
  }

  /** Rate of bytes, in millions. */
  public double megabytesPerSecond() {
    return bytes / 1e6 / seconds();
  }

  /** Heap bytes that an operation allocates. */
  public double allocatedPerOperation() {
    return operations == 0 ? 0 : (double) allocatedBytes / operations;
  }
}
