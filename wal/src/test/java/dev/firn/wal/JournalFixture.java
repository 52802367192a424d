package dev.firn.wal;

import dev.firn.core.file.FileOperation;
import dev.firn.core.file.MemoryFileSystem;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** An empty folder in memory for a journal. */
abstract class JournalFixture {

  static final Path STORE = Path.of("/store");
  static final int SEGMENT_BYTES = TestJournal.SEGMENT_BYTES;

  final MemoryFileSystem fs = new MemoryFileSystem();

  JournalFixture() {
    fs.createDirectories(STORE);
  }

  /** Counts allocations of files. */
  AtomicInteger countAllocations() {
    AtomicInteger count = new AtomicInteger();
    fs.failBefore(
        (operation, path) -> {
          if (operation == FileOperation.ALLOCATE) {
            count.incrementAndGet();
          }
        });
    return count;
  }
}
