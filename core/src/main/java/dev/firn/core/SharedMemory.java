package dev.firn.core;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Frees shared arenas whose memory users may read in place. A call of the JDK that hands such
 * memory to the operating system, such as a channel's write, holds the arena until it returns.
 */
public final class SharedMemory {

  private static final long MAX_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private SharedMemory() {}

  /**
   * Closes an arena; waits a bounded time for calls that hold it. No effect on a closed one.
   *
   * @param what names the memory in the exception
   * @throws MemoryHeldException when it is still held then; the call can be made again
   */
  public static void close(Arena arena, Object what) {
    long deadline = System.nanoTime() + MAX_WAIT_NANOS;
    while (arena.scope().isAlive()) {
      try {
        arena.close();
      } catch (IllegalStateException e) {
        if (arena.scope().isAlive() && System.nanoTime() >= deadline) {
          throw new MemoryHeldException(
              what
                  + ": cannot be closed while a key or value in it is being read or written in"
                  + " place; threads in such calls: "
                  + threadsInCalls(),
              e);
        }
        LockSupport.parkNanos(POLL_NANOS);
      }
    }
  }

  /** The threads that are in a call of a channel at this moment. */
  private static List<String> threadsInCalls() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> Stream.of(thread.getValue()).anyMatch(SharedMemory::holdsMemory))
        .map(Map.Entry::getKey)
        .map(Thread::getName)
        .sorted()
        .toList();
  }

  private static boolean holdsMemory(StackTraceElement frame) {
    String type = frame.getClassName();
    return type.startsWith("sun.nio.ch.IOUtil") || type.startsWith("sun.nio.ch.DatagramChannel");
  }
}
