package dev.firn.cli.workload;

import java.util.Locale;

/**
 * The workloads by the names that the field knows them under, in the order in which {@code firn
 * bench} runs them; its help says what each does.
 */
public enum Workload {
  /** Writes every key once, in order. */
  FILLSEQ(Kind.FILL, Writes::inOrder),
  /** Writes every key once, in random order, in batches. */
  FILLBATCH(Kind.FILL, Writes::batches),
  /** Writes keys in random order, each synced before the next. */
  FILLSYNC(Kind.FILL, Writes::shuffled),
  /** Writes every key once, in random order. */
  FILLRANDOM(Kind.FILL, Writes::shuffled),
  /** Reads random keys. */
  READRANDOM(Kind.READ, Reads::random),
  /** Reads keys that are not there. */
  READMISSING(Kind.READ, Reads::missing),
  /** Reads random keys of the first 1 %. */
  READHOT(Kind.READ, Reads::hot),
  /** Seeks random keys, and steps to the entries after each. */
  SEEKRANDOM(Kind.READ, Reads::seek),
  /** Walks over all keys. */
  READSEQ(Kind.WALK, Reads::forwards),
  /** Walks over all keys, backwards. */
  READREVERSE(Kind.WALK, Reads::backwards),
  /** Writes every key once more. */
  OVERWRITE(Kind.UPDATE, Writes::shuffled),
  /** Reads random keys while one more thread writes. */
  READWHILEWRITING(Kind.READ, Reads::random),
  /** Deletes every key. */
  DELETERANDOM(Kind.UPDATE, Writes::deletes),
  /** Compacts everything, in one call. */
  COMPACT(Kind.MAINTENANCE, (driver, from, to) -> {});

  /** What a workload needs and does. */
  public enum Kind {
    /** Writes to an empty store. */
    FILL,
    /** Needs all keys and leaves them. */
    READ,
    /** As READ; each thread walks over a range of its own. */
    WALK,
    /** Needs all keys and changes them. */
    UPDATE,
    /** One call. */
    MAINTENANCE
  }

  /** Key count for each step of fillsync. */
  private static final long KEYS_PER_SYNC = 1000;

  private final Kind kind;
  private final Steps steps;

  Workload(Kind kind, Steps steps) {
    this.kind = kind;
    this.steps = steps;
  }

  /** What it needs and does. */
  public Kind kind() {
    return kind;
  }

  /** Whether it only reads, but for the writer of readwhilewriting. */
  public boolean isRead() {
    return kind == Kind.READ || kind == Kind.WALK;
  }

  Steps steps(Plan plan) {
    return plan.max() == Plan.ENDLESS && !isRead() ? Writes::endless : steps;
  }

  /** The field's name. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Step count of all threads together, unless a plan says otherwise. */
  public long steps(WorkloadSettings settings) {
    return switch (this) {
      case FILLBATCH -> Math.ceilDiv(settings.num(), settings.batchSize());
      case FILLSYNC -> Math.max(1, settings.num() / KEYS_PER_SYNC);
      case SEEKRANDOM -> Math.max(1, settings.num() / (1 + settings.nexts()));
      default -> settings.num();
    };
  }

  /** Count of entries that a step writes or reads, on average. */
  double entriesPerStep(WorkloadSettings settings) {
    return switch (this) {
      case FILLBATCH -> (double) settings.num() / steps(settings);
      case SEEKRANDOM -> 1 + settings.nexts();
      default -> 1;
    };
  }

  /** Step count between two looks at the clock. */
  int stretch() {
    return switch (this) {
      case FILLSYNC, FILLBATCH -> 10;
      case SEEKRANDOM -> 100;
      default -> 1000;
    };
  }

  /** Whether the store holds all keys afterwards, if every step was done. */
  public boolean completes() {
    return this != FILLSYNC && this != DELETERANDOM;
  }
}
