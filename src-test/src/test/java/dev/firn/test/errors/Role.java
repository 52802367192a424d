package dev.firn.test.errors;

import java.util.List;

/** In which thread of a round an error is thrown. */
enum Role {
  /** The thread that opens and closes the store, reads, flushes and compacts. */
  CALLER("caller"),
  /** A thread whose writes are synced. */
  SYNCED_WRITER("synced-writer"),
  /** A thread that writes batches. */
  BATCH_WRITER("batch-writer"),
  FLUSH("firn-flush"),
  COMPACTION("firn-merge", "firn-compact"),
  MAINTENANCE("firn-chores", "firn-maintenance"),
  SCRUB("firn-scrub");

  private final List<String> threadNames;

  Role(String... threadNames) {
    this.threadNames = List.of(threadNames);
  }

  /** The name of the thread of this role in a round; only for threads of the test. */
  String threadName(String round) {
    return threadNames.getFirst() + " " + round;
  }

  /** Whether a thread of a round has this role. Allocates nothing. */
  boolean isOf(Thread thread, String round) {
    String name = thread.getName();
    for (int i = 0; i < threadNames.size(); i++) {
      if (name.startsWith(threadNames.get(i))) {
        return name.endsWith(round);
      }
    }
    return false;
  }
}
