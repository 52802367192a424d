package dev.firn.test.compare.workload;

import dev.firn.test.compare.report.Metric;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Points of {@value #SERIES} series, of which a time is kept: a point of each series in a batch;
 * scans of the newest points of a series; the oldest points deleted by range, a twentieth at a
 * time. A key is the series, then the time.
 */
final class TimeSeries {

  private static final int SERIES = 100;
  private static final int PARTS = 20;
  private static final int WINDOW = 100;

  /** Distance of the numbers of two series. */
  private static final long SERIES_DISTANCE = 1_000_000_000_000L;

  private final long kept;
  private final long part;
  private long oldest;
  private long newest;

  private TimeSeries(StageSize size) {
    this.kept = Math.max(PARTS, size.entries() / SERIES);
    this.part = kept / PARTS;
  }

  /** The workloads of the stage. */
  static List<Workload> of(StageSize size) {
    TimeSeries series = new TimeSeries(size);
    return List.of(
        series
        .new Part(
            "timeseries-fill",
            Limit.operations(series.kept * SERIES),
            Metric.NOTHING,
            series::append),
        series.new Part("timeseries-append", Limit.time(1), Metric.LATENCIES, series::append),
        series
        .new Part(
            "timeseries-window",
            Limit.time(1),
            Set.of(Metric.RATE, Metric.P99, Metric.GARBAGE),
            series::window),
        series.new Part("timeseries-oldest", Limit.time(0.5), Metric.RATE_AND_P99, series::oldest));
  }

  private static long number(long series, long time) {
    return series * SERIES_DISTANCE + time;
  }

  /** A step is a point of each series, and the deletion of old points when it is time. */
  private Step append(CheckedClient client) {
    return () -> {
      for (int s = 0; s < SERIES; s++) {
        client.addToBatch(number(s, newest));
      }
      client.writeBatch();
      newest++;
      if (newest - oldest >= kept + part) {
        for (int s = 0; s < SERIES; s++) {
          client.deleteRange(number(s, oldest), number(s, oldest + part));
        }
        oldest += part;
      }
      return SERIES;
    };
  }

  /** A step is a scan of the newest points of a series. */
  private Step window(CheckedClient client) {
    return () -> {
      long series = client.random(SERIES);
      long time = Math.max(oldest, newest - WINDOW);
      client.seek(number(series, time));
      while (++time < newest) {
        client.next(number(series, time), 1);
      }
      client.closeCursor();
      return 1;
    };
  }

  /** A step is a look at the oldest point of a series. */
  private Step oldest(CheckedClient client) {
    return () -> {
      long series = client.random(SERIES);
      client.seek(number(series, 0), number(series, oldest));
      client.closeCursor();
      return 1;
    };
  }

  /** One of the workloads; they share the times. */
  private final class Part implements Workload {

    private final String name;
    private final Limit limit;
    private final Set<Metric> shown;
    private final Function<CheckedClient, Step> steps;

    Part(String name, Limit limit, Set<Metric> shown, Function<CheckedClient, Step> steps) {
      this.name = name;
      this.limit = limit;
      this.shown = shown;
      this.steps = steps;
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
    public Set<Metric> shown() {
      return shown;
    }

    @Override
    public boolean isMeasured() {
      return !shown.isEmpty();
    }

    @Override
    public boolean isNeeded() {
      return name.equals("timeseries-fill");
    }

    @Override
    public boolean settles() {
      return true;
    }

    @Override
    public Step begin(CheckedClient client, int thread) {
      return steps.apply(client);
    }

    /** Deleted points are gone. */
    @Override
    public void after(CheckedClient client) {
      for (int s = 0; s < SERIES && oldest > 0; s++) {
        client.getDeleted(number(s, oldest - 1));
        client.get(number(s, oldest));
      }
    }
  }
}
