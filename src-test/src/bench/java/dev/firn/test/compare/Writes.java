package dev.firn.test.compare;

/**
 * The writing workloads. A write's latency is the time since the one before, so that the clock is
 * read once for each: making key and value is part of it.
 */
final class Writes {

  static final int BATCH = 100;

  private Writes() {}

  static void inOrder(Driver d, long from, long to) {
    long last = System.nanoTime();
    for (long i = from; i < to; i++) {
      d.prepare(i);
      d.client.append();
      long now = System.nanoTime();
      d.latencies.recordValue(now - last);
      last = now;
    }
  }

  static void shuffled(Driver d, long from, long to) {
    long last = System.nanoTime();
    for (long i = from; i < to; i++) {
      d.prepare(d.shuffle.at(i));
      d.client.put();
      long now = System.nanoTime();
      d.latencies.recordValue(now - last);
      last = now;
    }
  }

  /** As {@link #shuffled}, and begins again when all keys were written. */
  static void around(Driver d, long from, long to) {
    long num = d.settings.num();
    long last = System.nanoTime();
    for (long i = from; i < to; i++) {
      d.prepare(d.shuffle.at(i % num));
      d.client.put();
      long now = System.nanoTime();
      d.latencies.recordValue(now - last);
      last = now;
    }
  }

  static void batches(Driver d, long from, long to) {
    for (long i = from; i < to; ) {
      long end = Math.min(to, i + BATCH);
      for (; i < end; i++) {
        d.prepare(d.shuffle.at(i));
        d.client.addToBatch();
      }
      d.client.writeBatch();
    }
  }
}
