package dev.firn.cli.workload;

/** The steps of the workloads that read. */
final class Reads {

  private static final long HOT_SHARE = 100;

  private Reads() {}

  static void random(ClientDriver d, long from, long to) {
    get(d, from, to, d.settings.num());
  }

  static void hot(ClientDriver d, long from, long to) {
    get(d, from, to, Math.ceilDiv(d.settings.num(), HOT_SHARE));
  }

  private static void get(ClientDriver d, long from, long to, long bound) {
    for (long i = from; i < to; i += d.stride) {
      long number = d.random.next(bound);
      d.key.set(number);
      d.checkValue(number, d.client.get());
      d.lap();
    }
  }

  static void missing(ClientDriver d, long from, long to) {
    for (long i = from; i < to; i += d.stride) {
      long number = d.random.next(d.settings.num());
      d.key.setMissing(number);
      if (d.client.getMissing() != Client.ABSENT) {
        throw ClientDriver.wrong(number, "a value for a key right after it, which is not there");
      }
      d.lap();
    }
  }

  static void seek(ClientDriver d, long from, long to) {
    for (long i = from; i < to; i += d.stride) {
      long number = d.random.next(d.settings.num());
      d.key.set(number);
      d.checkCursor(d.client.seek(), number);
      long end = Math.min(d.settings.num(), number + d.settings.nexts() + 1);
      while (++number < end) {
        d.key.increment();
        d.checkCursor(d.client.next(), number);
      }
      d.lap();
    }
  }

  /** A step has the number of its index; a walk past the last key begins again with the first. */
  static void forwards(ClientDriver d, long from, long to) {
    long num = d.settings.num();
    long number = from % num;
    long position = d.position;
    for (long i = from; i < to; i += d.stride) {
      if (number == position + 1) {
        d.key.increment();
        d.checkCursor(d.client.next(), number);
      } else {
        d.key.set(number);
        d.checkCursor(d.client.seek(), number);
      }
      position = number;
      number = number == num - 1 ? 0 : number + 1;
    }
    d.position = position;
  }

  /** As {@link #forwards}; indexes count from the last key. */
  static void backwards(ClientDriver d, long from, long to) {
    long num = d.settings.num();
    long number = num - 1 - from % num;
    long position = d.position;
    for (long i = from; i < to; i += d.stride) {
      if (number == position - 1) {
        d.key.decrement();
        d.checkCursor(d.client.prev(), number);
      } else {
        d.key.set(number);
        d.checkCursor(d.client.seek(), number);
      }
      position = number;
      number = number == 0 ? num - 1 : number - 1;
    }
    d.position = position;
  }
}
