package dev.firn.test.compare;

import static dev.firn.test.compare.Contender.FIRN;
import static dev.firn.test.compare.Contender.FIRN_LZ4;
import static dev.firn.test.compare.Contender.LMDB;
import static dev.firn.test.compare.Contender.ROCKSDB;
import static dev.firn.test.compare.Contender.ROCKSDB_NONE;
import static dev.firn.test.compare.Metric.DISK;
import static dev.firn.test.compare.Metric.MERGED;
import static dev.firn.test.compare.Metric.RATE;
import static dev.firn.test.compare.Metric.SETTLED_RATE;
import static dev.firn.test.compare.Metric.WRITER_RATE;

import dev.firn.test.compare.Medians.Figure;
import java.util.List;

/**
 * What Firn is meant to reach: a ratio of two figures of one run.
 *
 * @param bound the least ratio, or the most where less is better
 */
record Aim(String what, Figure ours, Figure theirs, boolean atLeast, double bound) {

  static final List<Aim> ALL =
      List.of(
          least("fillrandom", Workload.FILLRANDOM, RATE, FIRN, ROCKSDB, 5),
          least("fillrandom", Workload.FILLRANDOM, RATE, FIRN, LMDB, 3),
          least("fillrandom until settled", Workload.FILLRANDOM, SETTLED_RATE, FIRN, ROCKSDB, 3),
          least("fillseq", Workload.FILLSEQ, RATE, FIRN, ROCKSDB, 5),
          least("fillseq", Workload.FILLSEQ, RATE, FIRN, LMDB, 2.5),
          least("fillbatch", Workload.FILLBATCH, RATE, FIRN, ROCKSDB, 4),
          least("overwrite", Workload.OVERWRITE, RATE, FIRN, ROCKSDB, 5),
          least("fillsync", Workload.FILLSYNC, RATE, FIRN, ROCKSDB, 1.3),
          new Aim(
              "fillsync, 8 threads to 1",
              new Figure(FIRN, Workload.FILLSYNC8, RATE),
              new Figure(FIRN, Workload.FILLSYNC, RATE),
              true,
              3),
          least("readrandom", Workload.READRANDOM, RATE, FIRN, LMDB, 2),
          least("readrandom", Workload.READRANDOM, RATE, FIRN_LZ4, ROCKSDB, 4),
          least("readhot", Workload.READHOT, RATE, FIRN, LMDB, 2),
          least("readmissing", Workload.READMISSING, RATE, FIRN, LMDB, 4),
          least("readseq", Workload.READSEQ, RATE, FIRN, LMDB, 2),
          least("readseq after fillseq", Workload.READSEQ_ORDERED, RATE, FIRN, LMDB, 1),
          least("readreverse", Workload.READREVERSE, RATE, FIRN, LMDB, 1.5),
          least("seek + 10 next", Workload.SEEK10, RATE, FIRN, LMDB, 2),
          least("seek + 100 next", Workload.SEEK100, RATE, FIRN, LMDB, 2),
          least("readrandom while writing", Workload.READWHILEWRITING, RATE, FIRN, LMDB, 1),
          least("the writer meanwhile", Workload.READWHILEWRITING, WRITER_RATE, FIRN, ROCKSDB, 3),
          most("size on disk after fillrandom", Workload.FILLRANDOM, DISK, FIRN_LZ4, ROCKSDB, 1),
          most(
              "bytes merged, fill + overwrite", Workload.OVERWRITE, MERGED, FIRN_LZ4, ROCKSDB, .75),
          most(
              "bytes merged, fill + overwrite",
              Workload.OVERWRITE,
              MERGED,
              FIRN,
              ROCKSDB_NONE,
              .75));

  private static Aim least(
      String what, Workload workload, Metric metric, Contender us, Contender them, double bound) {
    return new Aim(
        what, new Figure(us, workload, metric), new Figure(them, workload, metric), true, bound);
  }

  private static Aim most(
      String what, Workload workload, Metric metric, Contender us, Contender them, double bound) {
    return new Aim(
        what, new Figure(us, workload, metric), new Figure(them, workload, metric), false, bound);
  }

  boolean isReachedBy(double ratio) {
    return atLeast ? ratio >= bound : ratio <= bound;
  }
}
