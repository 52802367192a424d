package dev.firn.test.compare;

import static dev.firn.test.compare.Trial.FILLBATCH;
import static dev.firn.test.compare.Trial.FILLRANDOM;
import static dev.firn.test.compare.Trial.FILLRANDOM4;
import static dev.firn.test.compare.Trial.FILLSEQ;
import static dev.firn.test.compare.Trial.FILLSYNC;
import static dev.firn.test.compare.Trial.FILLSYNC8;
import static dev.firn.test.compare.Trial.OVERWRITE;
import static dev.firn.test.compare.Trial.READHOT;
import static dev.firn.test.compare.Trial.READMISSING;
import static dev.firn.test.compare.Trial.READRANDOM;
import static dev.firn.test.compare.Trial.READREVERSE;
import static dev.firn.test.compare.Trial.READSEQ;
import static dev.firn.test.compare.Trial.READSEQ_ORDERED;
import static dev.firn.test.compare.Trial.READWHILEWRITING;
import static dev.firn.test.compare.Trial.SEEK10;
import static dev.firn.test.compare.Trial.SEEK100;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Trials that follow each other on one store, in one JVM. */
enum Stage {
  /** A store filled in random order. */
  RANDOM(
      FILLRANDOM,
      READRANDOM,
      READHOT,
      READMISSING,
      READSEQ,
      READREVERSE,
      SEEK10,
      SEEK100,
      OVERWRITE,
      READWHILEWRITING),
  /** A store filled in the order of its keys. */
  ORDERED(FILLSEQ, READSEQ_ORDERED),
  /** A store filled in batches. */
  BATCH(FILLBATCH),
  /** A store that several threads write to. */
  WRITERS(FILLRANDOM4),
  /** A store with synced writes. */
  SYNCED(FILLSYNC, FILLSYNC8);

  private final List<Trial> trials;

  Stage(Trial... trials) {
    this.trials = List.of(trials);
  }

  /** The wanted trials of this stage, and the fill that they need. */
  List<Trial> trials(Set<Trial> wanted) {
    return trials.stream().anyMatch(wanted::contains)
        ? trials.stream().filter(t -> t == trials.getFirst() || wanted.contains(t)).toList()
        : List.of();
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
