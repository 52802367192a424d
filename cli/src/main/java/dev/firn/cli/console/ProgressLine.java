package dev.firn.cli.console;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import me.tongfei.progressbar.ProgressState;
import org.jspecify.annotations.Nullable;

/**
 * The progress of long work, on a line of stderr that is removed at the end. Nothing is shown in
 * the first second, nor if the console shows no progress.
 *
 * <p><b>Threading.</b> Any thread may report; the line shows the last report.
 */
public final class ProgressLine implements AutoCloseable {

  private static final long QUIET_NANOS = 1_000_000_000L;
  private static final long POLL_MILLIS = 100;
  private static final int REDRAW_MILLIS = 200;

  /** Narrow enough for any terminal: its width is known to native code only. */
  private static final int WIDTH = 79;

  private final Console console;
  private final ProgressBarBuilder builder;
  private final long started = System.nanoTime();
  private volatile @Nullable ProgressBar bar;
  private boolean closed;

  private ProgressLine(Console console, String task, String unit, long unitSize) {
    this.console = console;
    this.builder =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setUnit(unit, unitSize)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(REDRAW_MILLIS)
            .setConsumer(new Line(console.err()))
            .clearDisplayOnFinish();
  }

  /** Work that is counted in bytes. */
  public static ProgressLine ofBytes(Console console, String task) {
    return new ProgressLine(console, task, " MB", 1_000_000);
  }

  /** Work that is counted in something else. */
  public static ProgressLine of(Console console, String task) {
    return new ProgressLine(console, task, "", 1);
  }

  /** Reports how much is done, of an unknown total. Too slow for every entry. */
  public void update(long done) {
    update(done, -1);
  }

  /** Reports how much of a total is done. Too slow for every entry. */
  public void update(long done, long total) {
    if (!console.showsProgress() || System.nanoTime() - started < QUIET_NANOS) {
      return;
    }
    synchronized (this) {
      if (closed) {
        return;
      }
      ProgressBar shown = bar;
      if (shown == null) {
        shown = newBar(total);
        bar = shown;
      }
      shown.maxHint(total);
      shown.stepTo(done);
    }
  }

  private ProgressBar newBar(long total) {
    builder
        .setInitialMax(total)
        // The time before the bar appeared counts.
        .startsFrom(0, Duration.ofNanos(System.nanoTime() - started))
        .setEtaFunction(this::remaining);
    return total < 0 ? builder.hideEta().build() : builder.build();
  }

  private Optional<Duration> remaining(ProgressState state) {
    long done = state.getCurrent();
    long left = state.getMax() - done;
    double nanos = System.nanoTime() - started;
    return done <= 0 || left < 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos((long) (nanos * left / done)));
  }

  /**
   * Runs work that does not report; another thread polls its progress.
   *
   * @param done how much is done; called by the other thread
   */
  public void watch(Runnable work, LongSupplier done, long total) {
    Thread watcher =
        Thread.ofPlatform().daemon().name("firn-progress").unstarted(() -> poll(done, total));
    watcher.start();
    try {
      work.run();
    } finally {
      watcher.interrupt();
      close();
    }
  }

  private void poll(LongSupplier done, long total) {
    try {
      while (true) {
        Thread.sleep(POLL_MILLIS);
        update(done.getAsLong(), total);
      }
    } catch (InterruptedException e) {
      // The work is done.
    }
  }

  /** Removes the line. Idempotent. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      ProgressBar shown = bar;
      if (shown != null) {
        bar = null;
        shown.close();
      }
    }
  }

  /** One line of a terminal, overwritten by each update and blank at the end. */
  private static final class Line implements ProgressBarConsumer {

    private final PrintStream err;

    Line(PrintStream err) {
      this.err = err;
    }

    @Override
    public int getMaxRenderedLength() {
      return WIDTH;
    }

    @Override
    public void accept(String text) {
      err.print("\r" + text);
      err.flush();
    }

    @Override
    public void clear() {
      accept(" ".repeat(WIDTH) + "\r");
    }

    @Override
    public void close() {
      err.flush();
    }
  }
}
