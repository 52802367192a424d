package dev.firn.test.compare;

/** The reading workloads. Everything they read is compared with what was written. */
final class Reads {

  /** The share of the keys that are hot. */
  private static final long HOT_SHARE = 100;

  private Reads() {}

  static void random(Driver d, long from, long to) {
    get(d, from, to, d.settings.num());
  }

  static void hot(Driver d, long from, long to) {
    get(d, from, to, Math.ceilDiv(d.settings.num(), HOT_SHARE));
  }

  private static void get(Driver d, long from, long to, long bound) {
    for (long i = from; i < to; i++) {
      long number = d.random.next(bound);
      d.key.set(number);
      d.checkValue(number, d.client.get());
    }
  }

  static void missing(Driver d, long from, long to) {
    for (long i = from; i < to; i++) {
      long number = d.random.next(d.settings.num());
      d.key.setMissing(number);
      if (d.client.getMissing() != Client.ABSENT) {
        throw Expected.wrong(number, "a value for a key behind it, which is not there");
      }
    }
  }

  static void seekAnd10(Driver d, long from, long to) {
    seek(d, from, to, 10);
  }

  static void seekAnd100(Driver d, long from, long to) {
    seek(d, from, to, 100);
  }

  private static void seek(Driver d, long from, long to, int nexts) {
    for (long i = from; i < to; i++) {
      long number = d.random.next(d.settings.num());
      d.key.set(number);
      d.checkCursor(d.client.seek(), number);
      long end = Math.min(d.settings.num(), number + nexts + 1);
      while (++number < end) {
        d.key.increment();
        d.checkCursor(d.client.next(), number);
      }
    }
  }

  /** Walks; begins with the first key again when all were seen. */
  static void forwards(Driver d, long from, long to) {
    long num = d.settings.num();
    long number = from % num;
    for (long i = from; i < to; i++) {
      if (number == 0) {
        d.key.set(0);
        d.checkCursor(d.client.seek(), 0);
      } else {
        d.key.increment();
        d.checkCursor(d.client.next(), number);
      }
      number = number == num - 1 ? 0 : number + 1;
    }
  }

  /** Walks backwards; begins with the last key again when all were seen. */
  static void backwards(Driver d, long from, long to) {
    long num = d.settings.num();
    long number = num - 1 - from % num;
    for (long i = from; i < to; i++) {
      if (number == num - 1) {
        d.key.set(number);
        d.checkCursor(d.client.seek(), number);
      } else {
        d.key.decrement();
        d.checkCursor(d.client.prev(), number);
      }
      number = number == 0 ? num - 1 : number - 1;
    }
  }
}
