package dev.firn.test.torture;

import dev.firn.test.Seed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One slice of a campaign while it is done: its number, what it counted, what it found.
 *
 * <p><b>Threading.</b> Any thread of the campaign may call.
 */
public final class Slice {

  private final long number;
  private final Path folder;
  private final Map<String, Long> counts = new LinkedHashMap<>();
  private final List<Throwable> findings = new ArrayList<>();

  /**
   * @param folder of the campaign, kept from run to run
   */
  Slice(Campaign campaign, long number, Path folder) {
    this.number = number;
    this.folder = folder;
    campaign.counters().forEach(counter -> counts.put(counter, 0L));
  }

  /** Its number: 1, 2, 3. */
  public long number() {
    return number;
  }

  /** A seed that scatters its number. */
  public long seed() {
    return Seed.mix(number) >>> 16;
  }

  /** Random numbers from {@link #seed()}, the same at each call. */
  public Random random() {
    return new Random(seed());
  }

  /** A folder for what the campaign keeps between slices and runs. It is there. */
  public Path folder() {
    return folder;
  }

  /** Adds to one of the campaign's counters. */
  public synchronized void count(String counter, long more) {
    if (!counts.containsKey(counter)) {
      throw new IllegalArgumentException("counter=" + counter + ", there are " + counts.keySet());
    }
    counts.merge(counter, more, Long::sum);
  }

  /** Reports a finding and lets the slice go on. */
  public synchronized void finding(Throwable finding) {
    findings.add(finding);
  }

  synchronized Map<String, Long> counts() {
    return new LinkedHashMap<>(counts);
  }

  synchronized List<Throwable> findings() {
    return List.copyOf(findings);
  }
}
