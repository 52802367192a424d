package dev.firn.test.torture;

import dev.firn.test.Seed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One slice of a campaign during its run: its number, its counts, its findings.
 *
 * <p><b>Threading.</b> Any thread of the campaign may call.
 */
public final class Slice {

  private final long number;
  private final Path folder;
  private final Map<String, Long> counts = new LinkedHashMap<>();
  private final List<Throwable> findings = new ArrayList<>();

  Slice(Campaign campaign, long number, Path folder) {
    this.number = number;
    this.folder = folder;
    campaign.counters().forEach(counter -> counts.put(counter, 0L));
  }

  public long number() {
    return number;
  }

  /** A seed derived from its number. */
  public long seed() {
    return Seed.mix(number) >>> 16;
  }

  public Random random() {
    return new Random(seed());
  }

  /** An existing folder for what the campaign keeps between slices and runs. */
  public Path folder() {
    return folder;
  }

  public synchronized void count(String counter, long more) {
    if (!counts.containsKey(counter)) {
      throw new IllegalArgumentException("counter=" + counter + ", there are " + counts.keySet());
    }
    counts.merge(counter, more, Long::sum);
  }

  /** Reports a finding; the slice continues. */
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
