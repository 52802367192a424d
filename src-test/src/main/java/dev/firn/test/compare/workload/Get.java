package dev.firn.test.compare.workload;

import dev.firn.test.compare.report.Metric;
import java.util.Set;

/** Point reads, one key a step or {@value #MANY}, for a while. */
record Get(String name, StageSize size, Choice choice, Set<Metric> shown) implements Workload {

  private static final int MANY = 100;
  private static final long HOT_SHARE = 100;

  /** Which keys are read. */
  enum Choice {
    /** Any. */
    UNIFORM,
    /** Any, without a copy if the store can. */
    IN_PLACE,
    /** The first {@code 1 / }{@value #HOT_SHARE}. */
    HOT,
    /** Zipfian. */
    ZIPFIAN,
    /** Keys between those that are there. */
    MISSING,
    /** Any, {@value #MANY} at once. */
    MANY_AT_ONCE
  }

  @Override
  public Limit limit() {
    return Limit.time(1);
  }

  @Override
  public Step begin(CheckedClient client, int thread) {
    long count = size.entries();
    return switch (choice) {
      case UNIFORM -> () -> get(client, client.random(count));
      case IN_PLACE ->
          () -> {
            client.getInPlace(client.random(count));
            return 1;
          };
      case HOT -> {
        long hot = Math.ceilDiv(count, HOT_SHARE);
        yield () -> get(client, client.random(hot));
      }
      case ZIPFIAN -> {
        Zipfian zipfian = new Zipfian(count, size.seed());
        yield () -> get(client, zipfian.nextScrambled());
      }
      case MISSING ->
          () -> {
            client.getMissing(client.random(count));
            return 1;
          };
      case MANY_AT_ONCE -> many(client, count);
    };
  }

  private static long get(CheckedClient client, long number) {
    client.get(number);
    return 1;
  }

  private static Step many(CheckedClient client, long count) {
    long[] numbers = new long[MANY];
    return () -> {
      for (int i = 0; i < MANY; i++) {
        numbers[i] = client.random(count);
      }
      client.getAll(numbers);
      return MANY;
    };
  }
}
