package dev.firn.cli.bench;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What the threads of a workload measured together.
 *
 * @param label the name of the row
 * @param operations how many operations were done; for fillbatch, how many entries were written
 * @param bytes keys and values that were written or read
 * @param nanos from the first thread's start to the last one's end
 * @param allocatedBytes what the workload's threads allocated on the heap
 * @param latencies of operations, in nanoseconds; for fillbatch, of batches
 */
record Measurement(
    String label,
    int threads,
    long operations,
    long bytes,
    long nanos,
    long allocatedBytes,
    Histogram latencies) {

  static Measurement of(
      Workload workload, String label, BenchSettings settings, long began, List<Worker> workers) {
    long steps = workers.stream().mapToLong(Worker::steps).sum();
    long ended = workers.stream().mapToLong(Worker::endNanos).max().orElse(began);
    long entries = Math.round(steps * workload.entriesPerStep(settings));
    Histogram latencies = new Histogram(workers.get(0).latencies());
    workers.forEach(worker -> latencies.add(worker.latencies()));
    return new Measurement(
        label,
        workers.size(),
        workload == Workload.FILLBATCH ? entries : steps,
        workload == Workload.READMISSING ? 0 : entries * settings.entryBytes(),
        ended - began,
        workers.stream().mapToLong(Worker::allocatedBytes).sum(),
        latencies);
  }

  /** One long call. */
  static Measurement single(String label, long bytes, long nanos) {
    Histogram latencies = new Histogram(3);
    latencies.recordValue(nanos);
    return new Measurement(label, 1, 1, bytes, nanos, 0, latencies);
  }

  double operationsPerSecond() {
    return operations * 1e9 / Math.max(1, nanos);
  }

  double megabytesPerSecond() {
    return bytes * 1e3 / Math.max(1, nanos);
  }

  double allocatedPerOperation() {
    return operations == 0 ? 0 : (double) allocatedBytes / operations;
  }
}
