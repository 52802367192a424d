package dev.firn.test.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The peak memory of this process without the page cache: what is resident and not a copy of a
 * file. A thread polls it every {@value #POLL_MILLIS} ms.
 */
final class ProcessMemory implements AutoCloseable {

  private static final long POLL_MILLIS = 200;
  private static final Path STATUS = Path.of("/proc/self/status");

  private final AtomicLong peak = new AtomicLong();
  private final Thread watcher;

  private ProcessMemory() {
    this.watcher = Thread.ofPlatform().daemon().name("compare-memory").unstarted(this::watch);
  }

  /** Starts the thread. */
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
      // Closed.
    }
  }

  /** The peak since the last call. */
  long takePeak() {
    return Math.max(peak.getAndSet(0), now());
  }

  /** Anonymous and shared memory; 0 if the system does not tell. */
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
