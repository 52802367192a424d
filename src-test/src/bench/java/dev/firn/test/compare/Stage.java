package dev.firn.test.compare;

import static dev.firn.test.compare.Workload.FILLBATCH;
import static dev.firn.test.compare.Workload.FILLRANDOM;
import static dev.firn.test.compare.Workload.FILLRANDOM4;
import static dev.firn.test.compare.Workload.FILLSEQ;
import static dev.firn.test.compare.Workload.FILLSYNC;
import static dev.firn.test.compare.Workload.FILLSYNC8;
import static dev.firn.test.compare.Workload.OVERWRITE;
import static dev.firn.test.compare.Workload.READHOT;
import static dev.firn.test.compare.Workload.READMISSING;
import static dev.firn.test.compare.Workload.READRANDOM;
import static dev.firn.test.compare.Workload.READREVERSE;
import static dev.firn.test.compare.Workload.READSEQ;
import static dev.firn.test.compare.Workload.READSEQ_ORDERED;
import static dev.firn.test.compare.Workload.READWHILEWRITING;
import static dev.firn.test.compare.Workload.SEEK10;
import static dev.firn.test.compare.Workload.SEEK100;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Workloads that follow each other on one store, in a JVM of their own. */
enum Stage {
  /** All that needs a store that was filled in random order. */
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
  /** A store filled by batches. */
  BATCH(FILLBATCH),
  /** A store that several threads write to. */
  WRITERS(FILLRANDOM4),
  /** Writes that wait for the device. */
  SYNCED(FILLSYNC, FILLSYNC8);

  private final List<Workload> workloads;

  Stage(Workload... workloads) {
    this.workloads = List.of(workloads);
  }

  /** Those of its workloads that are wanted, and the fill that they need. */
  List<Workload> workloads(Set<Workload> wanted) {
    return workloads.stream().anyMatch(wanted::contains)
        ? workloads.stream().filter(w -> w == workloads.get(0) || wanted.contains(w)).toList()
        : List.of();
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
