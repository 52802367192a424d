package dev.firn.test.torture;

import java.util.List;
import java.util.Optional;

/**
 * One kind of long test, done in slices. A slice is identified by its number, takes some seconds,
 * and does the same when it is repeated, as far as threads allow: it replays a finding.
 *
 * <p>Implementations are public, have a public constructor without parameters, and are listed in
 * {@code META-INF/services/dev.firn.test.torture.Campaign}.
 *
 * <p><b>Threading.</b> One thread, one slice at a time.
 */
public interface Campaign {

  /** A word for the command line and for files. */
  String name();

  /** What is done and what is a finding, in one line. */
  String description();

  /** The names of its counters in the order shown: plural nouns, the most important first. */
  List<String> counters();

  /**
   * Does one slice. Whatever it throws or reports is a finding.
   *
   * @throws Exception as a finding
   */
  void run(Slice slice) throws Exception;

  /** Number of slices, which are numbered from 1. After the last one the campaign is complete. */
  default long slices() {
    return Long.MAX_VALUE;
  }

  /** Time limit of a slice; a slice that exceeds it hangs, which is a finding. */
  default int limitSeconds() {
    return 600;
  }

  /** Why this machine cannot run it; empty if it can. */
  default Optional<String> obstacle() {
    return Optional.empty();
  }
}
