package dev.firn.test.torture;

import java.util.List;
import java.util.Optional;

/**
 * One kind of torture, done in slices. A slice is given by its number, takes some seconds, and does
 * the same whenever it is done again, as far as threads allow: it replays a finding.
 *
 * <p>Implementations are public, with a public constructor without parameters, and listed in {@code
 * META-INF/services/dev.firn.test.torture.Campaign}.
 *
 * <p><b>Threading.</b> One thread, one slice at a time.
 */
public interface Campaign {

  /** A word for the command line and for files. */
  String name();

  /** What is done and what would be a finding, in a line. */
  String description();

  /** What it counts, in the order to be shown: plural nouns, the most telling first. */
  List<String> counters();

  /**
   * Does one slice. Whatever it throws is a finding; so is what it reports.
   *
   * @throws Exception as a finding
   */
  void run(Slice slice) throws Exception;

  /** How many slices there are; they are numbered from 1. With the last one all is done. */
  default long slices() {
    return Long.MAX_VALUE;
  }

  /** After how many seconds a slice is taken to hang, which is a finding. */
  default int limitSeconds() {
    return 600;
  }

  /** Why this machine cannot run it, if it cannot. */
  default Optional<String> obstacle() {
    return Optional.empty();
  }
}
