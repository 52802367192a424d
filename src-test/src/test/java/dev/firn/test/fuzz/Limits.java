package dev.firn.test.fuzz;

import dev.firn.error.CorruptionException;
import dev.firn.error.FirnException;
import dev.firn.test.MemoryDisk;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/**
 * What every target demands of code that reads forged bytes: it ends soon, takes little memory, and
 * fails only with a {@link FirnException} that names the place.
 */
final class Limits {

  private static final long MAX_CPU_NANOS = 1_000_000_000L;

  /** Heap memory only. The campaigns' JVMs limit native memory. */
  private static final long MAX_ALLOCATED_BYTES = 32 << 20;

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Limits() {}

  /** Fails if the work exceeds a limit twice: the first time may include class loading. */
  static void keep(Runnable work) {
    if (excess(work) != null) {
      String excess = excess(work);
      check(excess == null, excess);
    }
  }

  /** The excess, or null. It counts processor time, because the machine may be busy. */
  private static @Nullable String excess(Runnable work) {
    long cpu = THREADS.getCurrentThreadCpuTime();
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    work.run();
    long nanos = THREADS.getCurrentThreadCpuTime() - cpu;
    long bytes = THREADS.getCurrentThreadAllocatedBytes() - allocated;
    return nanos < MAX_CPU_NANOS && bytes < MAX_ALLOCATED_BYTES
        ? null
        : "takes " + nanos + " ns and " + bytes + " bytes";
  }

  /** Whether the work was done; otherwise it was refused properly. */
  static boolean attempt(Runnable work) {
    try {
      work.run();
      return true;
    } catch (FirnException e) {
      checkRefusal(e);
      return false;
    }
  }

  /** A refusal must name the file and the place. */
  static void checkRefusal(FirnException e) {
    String message = String.valueOf(e.getMessage());
    if (!message.contains(MemoryDisk.DIRECTORY.toString())
        || (e instanceof CorruptionException damage && damage.offset() < 0)) {
      throw new AssertionError("says not where: " + message, e);
    }
  }

  static void check(boolean right, @Nullable Object what) {
    if (!right) {
      throw new AssertionError(String.valueOf(what));
    }
  }
}
