package dev.firn.test.compare.workload;

/**
 * One cursor over the whole store, again and again. A step is {@value #STRETCH} entries, so that
 * the clock is not what is measured.
 */
final class Walk implements Workload {

  private static final int STRETCH = 1000;

  private static final double LONGEST = 10;

  private final String name;
  private final long count;
  private final boolean backwards;
  private final Limit limit;
  private final boolean measured;

  private Walk(String name, StageSize size, boolean backwards, Limit limit, boolean measured) {
    this.name = name;
    this.count = size.entries();
    this.backwards = backwards;
    this.limit = limit;
    this.measured = measured;
  }

  /** Half of the usual time, but once over everything if that does not take too long. */
  private static Limit limit(StageSize size) {
    return new Limit(size.entries(), 0.5, LONGEST);
  }

  /** From the first key. */
  static Walk forwards(String name, StageSize size) {
    return new Walk(name, size, false, limit(size), true);
  }

  /** From the last key. */
  static Walk backwards(String name, StageSize size) {
    return new Walk(name, size, true, limit(size), true);
  }

  /**
   * Twice over everything, not measured: no read after it has to load or verify what it finds for
   * the first time.
   */
  static Walk warming(StageSize size) {
    return new Walk("warm", size, false, Limit.operations(2 * size.entries()), false);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Limit limit() {
    return limit;
  }

  @Override
  public boolean isMeasured() {
    return measured;
  }

  @Override
  public boolean isNeeded() {
    return !measured;
  }

  @Override
  public boolean settles() {
    return !measured;
  }

  @Override
  public Step begin(CheckedClient client, int thread) {
    return backwards ? new Backwards(client) : new Forwards(client);
  }

  private final class Forwards implements Step {

    private final CheckedClient client;
    private long number;

    Forwards(CheckedClient client) {
      this.client = client;
    }

    @Override
    public long run() {
      long from = number;
      long to = Math.min(count, from + STRETCH);
      if (from == 0) {
        client.seek(0);
        number = 1;
      }
      for (long n = number; n < to; n++) {
        client.next(n, 1);
      }
      number = to == count ? 0 : to;
      return to - from;
    }
  }

  private final class Backwards implements Step {

    private final CheckedClient client;
    private long left;

    Backwards(CheckedClient client) {
      this.client = client;
    }

    @Override
    public long run() {
      long from = left == 0 ? count : left;
      long to = Math.max(0, from - STRETCH);
      if (from == count) {
        client.seek(count - 1);
        from--;
      }
      for (long n = from; n > to; n--) {
        client.prev(n - 1);
      }
      long done = (left == 0 ? count : left) - to;
      left = to;
      return done;
    }
  }
}
