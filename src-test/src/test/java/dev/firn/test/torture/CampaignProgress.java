package dev.firn.test.torture;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The output while campaigns run: on a terminal a line that is rewritten each second, elsewhere a
 * line each minute; findings at once.
 *
 * <p><b>Threading.</b> Begun and ended by one thread; a thread of its own prints.
 */
final class CampaignProgress implements AutoCloseable {

  private static final int COLUMNS = 100;

  private final PrintStream out;
  private final List<Campaign> campaigns;
  private final boolean rewrites;
  private final long start = System.nanoTime();
  private final Thread printer;

  /** The current slice; null between slices. */
  private record Now(Torture torture, Campaign campaign, Slice slice) {}

  private volatile @Nullable Now now;
  private final AtomicInteger findings = new AtomicInteger();

  CampaignProgress(PrintStream out, List<Campaign> campaigns, boolean rewrites) {
    this.out = out;
    this.campaigns = campaigns;
    this.rewrites = rewrites;
    this.printer = Thread.ofPlatform().daemon().name("progress").start(this::print);
  }

  void begin(Torture torture, Campaign campaign, Slice slice) {
    now = new Now(torture, campaign, slice);
  }

  void end() {
    now = null;
  }

  void found(Campaign campaign, long slice, Throwable finding) {
    findings.incrementAndGet();
    say("FOUND by " + campaign.name() + ", slice " + slice + ": " + finding);
    say("  replay with " + Findings.replayCommand(campaign.name(), slice));
  }

  private synchronized void say(String line) {
    out.println((rewrites ? "\r" : "") + line);
    out.flush();
  }

  private void print() {
    try {
      while (true) {
        Thread.sleep(Duration.ofSeconds(rewrites ? 1 : 60));
        Now seen = now;
        if (seen != null) {
          print(line(seen));
        }
      }
    } catch (InterruptedException closed) {
      // Closed.
    }
  }

  private synchronized void print(String line) {
    if (rewrites) {
      out.print("\r" + fit(line));
    } else {
      out.println(line);
    }
    out.flush();
  }

  private String line(Now seen) {
    long seconds = (System.nanoTime() - start) / 1_000_000_000L;
    String counts =
        campaigns.stream()
            .map(campaign -> headline(seen, campaign))
            .collect(Collectors.joining(" · "));
    return "%s  in %s %d  %s  findings %d"
        .formatted(
            Summary.time(seconds * 1000),
            seen.campaign.name(),
            seen.slice.number(),
            counts,
            findings.get());
  }

  private static String headline(Now seen, Campaign campaign) {
    String counter = campaign.counters().getFirst();
    long count = seen.torture.share(campaign).count(counter);
    if (campaign.equals(seen.campaign)) {
      count += seen.slice.counts().getOrDefault(counter, 0L);
    }
    return "%,d %s".formatted(count, counter);
  }

  private static String fit(String line) {
    return line.length() > COLUMNS
        ? line.substring(0, COLUMNS)
        : line + " ".repeat(COLUMNS - line.length());
  }

  @Override
  public void close() {
    printer.interrupt();
    if (rewrites) {
      out.print("\r" + " ".repeat(COLUMNS) + "\r");
      out.flush();
    }
  }
}
