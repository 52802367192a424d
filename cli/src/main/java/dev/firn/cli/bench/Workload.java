package dev.firn.cli.bench;

import java.util.Locale;

/**
 * The workloads by the names the field knows them under, in the order of the default set; the help
 * of the command says what each does.
 */
public enum Workload {
  /** Writes every key once, in order. */
  FILLSEQ(Kind.FILL, Steps::put),
  /** Writes every key once, in random order, many in a batch. */
  FILLBATCH(Kind.FILL, Steps::putBatch),
  /** Writes keys in random order, each put on the device before the next. */
  FILLSYNC(Kind.FILL, Steps::putSynced),
  /** Writes every key once, in random order. */
  FILLRANDOM(Kind.FILL, Steps::putShuffled),
  /** Reads random keys. */
  READRANDOM(Kind.READ, Steps::get),
  /** Reads keys that are not there. */
  READMISSING(Kind.READ, Steps::getMissing),
  /** Reads few keys over and over. */
  READHOT(Kind.READ, Steps::getHot),
  /** Seeks random keys and goes on from there. */
  SEEKRANDOM(Kind.READ, Steps::seek),
  /** Walks over all keys. */
  READSEQ(Kind.SCAN, Steps::next),
  /** Walks over all keys, backwards. */
  READREVERSE(Kind.SCAN, Steps::prev),
  /** Writes every key once more. */
  OVERWRITE(Kind.UPDATE, Steps::putShuffled),
  /** Reads random keys while one more thread writes. */
  READWHILEWRITING(Kind.READ, Steps::get),
  /** Deletes every key. */
  DELETERANDOM(Kind.UPDATE, Steps::delete),
  /** Merges everything; only when asked for. */
  COMPACT(Kind.MAINTENANCE, Steps::put);

  /** What a workload needs and does. */
  enum Kind {
    /** Starts with a fresh store. */
    FILL,
    /** Needs all keys and leaves them. */
    READ,
    /** As READ, each thread walking over a part of its own. */
    SCAN,
    /** Needs all keys and changes them. */
    UPDATE,
    /** One call. */
    MAINTENANCE
  }

  /** fillsync does one of this many. */
  private static final long SYNC_SHARE = 1000;

  private final Kind kind;
  private final Operation operation;

  Workload(Kind kind, Operation operation) {
    this.kind = kind;
    this.operation = operation;
  }

  Kind kind() {
    return kind;
  }

  Operation operation() {
    return operation;
  }

  /** The field's name. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** How many steps all threads do together. */
  long steps(BenchSettings settings) {
    return switch (this) {
      case FILLBATCH -> Math.ceilDiv(settings.num(), settings.batchSize());
      case FILLSYNC -> Math.max(1, settings.num() / SYNC_SHARE);
      case SEEKRANDOM -> Math.max(1, settings.num() / (1 + settings.nexts()));
      default -> settings.num();
    };
  }

  /** How many entries a step writes or reads, on average. */
  double entriesPerStep(BenchSettings settings) {
    return switch (this) {
      case FILLBATCH -> (double) settings.num() / steps(settings);
      case SEEKRANDOM -> 1 + settings.nexts();
      default -> 1;
    };
  }

  /** Whether the store holds all keys afterwards, when nothing cut the workload short. */
  boolean completes() {
    return this != FILLSYNC && this != DELETERANDOM;
  }
}
