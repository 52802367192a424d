package dev.firn.sstable;

import dev.firn.core.MemoryBudget;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Copies of indexes and filters, for a store whose tables have outgrown the page cache: a page of
 * them that the kernel evicts would cost each search one more read of the device.
 *
 * <p><b>Threading.</b> Any thread may call. <b>Ownership.</b> Owns the memory; a table frees its
 * copies when it is closed.
 */
final class SectionCopies implements AutoCloseable {

  private final long capacityBytes;
  private final MemoryBudget budget;
  private final AtomicLong used = new AtomicLong();
  private final Set<BlockMemory> live = ConcurrentHashMap.newKeySet();

  /**
   * @param capacityBytes max bytes of all copies
   * @param budget what they draw from
   */
  SectionCopies(long capacityBytes, MemoryBudget budget) {
    this.capacityBytes = capacityBytes;
    this.budget = budget;
  }

  /** Bytes of all copies. */
  long usedBytes() {
    return used.get();
  }

  /** Memory for a copy with any content; null if there is no room. */
  @Nullable BlockMemory allocate(long bytes) {
    if (bytes > Integer.MAX_VALUE) {
      return null;
    }
    if (used.addAndGet(bytes) > capacityBytes) {
      used.addAndGet(-bytes);
      return null;
    }
    budget.reserve(bytes);
    boolean done = false;
    try {
      BlockMemory memory = BlockMemory.allocate((int) bytes, live);
      done = true;
      return memory;
    } catch (OutOfMemoryError e) {
      return null; // the JVM's off-heap memory is smaller than the budget
    } finally {
      if (!done) {
        budget.release(bytes);
        used.addAndGet(-bytes);
      }
    }
  }

  /** Frees a copy, once. */
  void free(BlockMemory memory) {
    long bytes = memory.memory().byteSize();
    memory.free();
    budget.release(bytes);
    used.addAndGet(-bytes);
  }

  /** Frees what an error kept tables from freeing. */
  @Override
  public void close() {
    live.forEach(BlockMemory::free);
  }
}
