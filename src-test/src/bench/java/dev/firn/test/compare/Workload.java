package dev.firn.test.compare;

import java.util.Locale;

/** What is done with a store, by the names the field knows. */
enum Workload {
  /** Every key once, in random order. */
  FILLRANDOM(Kind.WRITE_ALL, Writes::shuffled),
  /** Random keys. */
  READRANDOM(Kind.READ, Reads::random),
  /** Random keys of the first 1 %. */
  READHOT(Kind.READ, Reads::hot),
  /** Keys between those that are there. */
  READMISSING(Kind.READ, Reads::missing),
  /** The whole store, over and over. */
  READSEQ(Kind.WALK, Reads::forwards),
  /** The whole store backwards, over and over. */
  READREVERSE(Kind.WALK, Reads::backwards),
  /** A random key and the 10 behind it. */
  SEEK10(Kind.READ, Reads::seekAnd10),
  /** A random key and the 100 behind it. */
  SEEK100(Kind.READ, Reads::seekAnd100),
  /** Every key once more, in another random order. */
  OVERWRITE(Kind.WRITE_ALL, Writes::shuffled),
  /** Random keys, while another thread writes as fast as it can. */
  READWHILEWRITING(Kind.READ, Reads::random),
  /** Every key once, in order. */
  FILLSEQ(Kind.WRITE_ALL, Writes::inOrder),
  /** The whole store as {@link #FILLSEQ} left it, over and over. */
  READSEQ_ORDERED(Kind.WALK, Reads::forwards),
  /** Every key once, in random order, {@value Writes#BATCH} in a batch. */
  FILLBATCH(Kind.WRITE_ALL, Writes::batches),
  /** Random keys, by {@value #WRITERS} threads at once. */
  FILLRANDOM4(Kind.WRITE, Writes::around),
  /** Random keys, each on the device before the next. */
  FILLSYNC(Kind.WRITE, Writes::around),
  /** The same by {@value #SYNC_THREADS} threads. */
  FILLSYNC8(Kind.WRITE, Writes::around);

  static final int WRITERS = 4;
  static final int SYNC_THREADS = 8;

  /** When a workload ends. */
  enum Kind {
    /** All keys are written. */
    WRITE_ALL,
    /** Half the time for reads is over. */
    WRITE,
    /** The time is over. */
    READ,
    /** All keys were read, and half the time is over. */
    WALK
  }

  private final Kind kind;
  private final Steps steps;

  Workload(Kind kind, Steps steps) {
    this.kind = kind;
    this.steps = steps;
  }

  Kind kind() {
    return kind;
  }

  Steps steps() {
    return steps;
  }

  /** Whether it is reads that are measured. */
  boolean isRead() {
    return kind == Kind.READ || kind == Kind.WALK;
  }

  /** Whether it is the first that a store sees, and leaves it complete. */
  boolean isFill() {
    return this == FILLRANDOM || this == FILLSEQ || this == FILLBATCH;
  }

  int threads() {
    return switch (this) {
      case FILLRANDOM4 -> WRITERS;
      case FILLSYNC8 -> SYNC_THREADS;
      default -> 1;
    };
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Workload of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** How many steps are done whatever the time. */
  long minSteps(Settings settings) {
    return kind == Kind.WRITE_ALL || kind == Kind.WALK ? settings.num() : 0;
  }

  /** How many steps end the workload whatever the time. */
  long maxSteps(Settings settings) {
    return kind == Kind.WRITE_ALL ? settings.num() : Long.MAX_VALUE;
  }

  long nanos(Settings settings) {
    return kind == Kind.READ ? settings.readNanos() : settings.readNanos() / 2;
  }

  /** How many steps are done between two looks at the clock. */
  int stride() {
    return switch (this) {
      case FILLSYNC, FILLSYNC8 -> 10;
      case SEEK10, SEEK100 -> 100;
      case FILLBATCH -> 10 * Writes.BATCH;
      default -> 1000;
    };
  }
}
