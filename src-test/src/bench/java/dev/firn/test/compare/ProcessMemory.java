package dev.firn.test.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory this process takes besides the page cache: what is resident and no copy of a
 * file. A thread looks every {@value #POLL_MILLIS} ms and keeps the most.
 */
final class ProcessMemory implements AutoCloseable {

  private static final long POLL_MILLIS = 200;
  private static final Path STATUS = Path.of("/proc/self/status");

  private final AtomicLong peak = new AtomicLong();
  private final Thread watcher;

  private ProcessMemory() {
    this.watcher = Thread.ofPlatform().daemon().name("compare-memory").unstarted(this::watch);
  }

  /** Begins to look. */
  static ProcessMemory watching() {
    ProcessMemory memory = new ProcessMemory();
    memory.watcher.start();
    return memory;
  }

  private void watch() {
    try {
      while (true) {
        peak.accumulateAndGet(now(), Math::max);
        Thread.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      // Nobody wants to know any more.
    }
  }

  /** The most since the last call of this. */
  long takePeak() {
    return Math.max(peak.getAndSet(0), now());
  }

  /** Anonymous memory, and files in memory that have no name on a disk; 0 if nobody tells. */
  private static long now() {
    if (!Files.isReadable(STATUS)) {
      return 0;
    }
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("RssAnon:") || line.startsWith("RssShmem:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    watcher.interrupt();
  }
}
