package dev.firn.test.errors;

/** In which thread of a round an error is thrown. */
enum Role {
  /** The thread that opens and closes the store, reads, flushes and compacts. */
  CALLER("caller"),
  /** A thread whose writes are synced. */
  SYNCED_WRITER("synced-writer"),
  /** A thread that writes batches. */
  BATCH_WRITER("batch-writer"),
  FLUSH("firn-flush"),
  COMPACTION("firn-compact"),
  MAINTENANCE("firn-maintain"),
  SCRUB("firn-scrub");

  private final String threadName;

  Role(String threadName) {
    this.threadName = threadName;
  }

  /** The name of the thread of this role in a round; only for threads of the test. */
  String threadName(String round) {
    return threadName + " " + round;
  }

  /** Whether a thread of a round has this role. Allocates nothing. */
  boolean isOf(Thread thread, String round) {
    String name = thread.getName();
    return name.startsWith(threadName) && name.endsWith(round);
  }
}
