package dev.firn.cli.workload;

/** The steps of the workloads that write. Making key and value is part of a step. */
final class Writes {

  private Writes() {}

  static void inOrder(ClientDriver d, long from, long to) {
    for (long i = from; i < to; i += d.stride) {
      d.prepare(i);
      d.client.append();
      d.lap();
    }
  }

  static void shuffled(ClientDriver d, long from, long to) {
    for (long i = from; i < to; i += d.stride) {
      d.prepare(d.shuffle.at(i));
      d.client.put();
      d.lap();
    }
  }

  /** As {@link #shuffled}, and begins again when all keys were written. */
  static void endless(ClientDriver d, long from, long to) {
    long num = d.settings.num();
    for (long i = from; i < to; i += d.stride) {
      d.prepare(d.shuffle.at(i % num));
      d.client.put();
      d.lap();
    }
  }

  /** A step is a batch. */
  static void batches(ClientDriver d, long from, long to) {
    int size = d.settings.batchSize();
    for (long batch = from; batch < to; batch += d.stride) {
      long end = Math.min(d.settings.num(), (batch + 1) * size);
      for (long i = batch * size; i < end; i++) {
        d.prepare(d.shuffle.at(i));
        d.client.addToBatch();
      }
      d.client.writeBatch();
      d.lap();
    }
  }

  static void deletes(ClientDriver d, long from, long to) {
    for (long i = from; i < to; i += d.stride) {
      d.key.set(d.shuffle.at(i));
      d.client.delete();
      d.lap();
    }
  }
}
