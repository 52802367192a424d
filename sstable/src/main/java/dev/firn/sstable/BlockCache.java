package dev.firn.sstable;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.core.MemoryBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The blocks of all tables of a store that are not read in place: compressed ones, and plain ones
 * when the tables have outgrown the page cache ({@link TableResidency}). CLOCK decides which blocks
 * to evict: a hand cycles over all blocks, and a block that was used since the hand last passed
 * stays for another round. Pinned blocks are skipped, so the cache exceeds its capacity while all
 * blocks are pinned. The cache gives memory back when the store needs it for something else.
 *
 * <p><b>Threading.</b> Any thread may call. A hit takes no lock and changes nothing but the block's
 * reference count; misses and evictions take the cache's lock.
 *
 * <p><b>Ownership.</b> Its creator closes it, after all tables that use it.
 */
public final class BlockCache implements AutoCloseable {

  private final long capacityBytes;
  private final MemoryBudget budget;
  private final ScratchPool scratches;
  private final TableResidency residency;
  private final SectionCopies sections;
  private final Object lock = new Object();

  /** The memory of all blocks, those included that were not added. */
  private final Set<BlockMemory> live = ConcurrentHashMap.newKeySet();

  @GuardedBy("lock")
  private final List<CachedBlock> blocks = new ArrayList<>();

  @GuardedBy("lock")
  private int hand;

  @GuardedBy("lock")
  private long usedBytes;

  @GuardedBy("lock")
  private boolean closed;

  /** A cache of about this many bytes; 0 for no cache. */
  public BlockCache(long capacityBytes) {
    this(capacityBytes, MemoryBudget.unbounded());
  }

  /**
   * A cache of about this many bytes; 0 for no cache.
   *
   * @param budget what the blocks draw from, up to the capacity
   */
  public BlockCache(long capacityBytes, MemoryBudget budget) {
    this(capacityBytes, budget, Long.MAX_VALUE);
  }

  /**
   * A cache of about this many bytes; 0 for no cache.
   *
   * @param budget what the blocks draw from, up to the capacity
   * @param roomBytes memory of the page cache for tables; beyond it plain blocks are cached here
   */
  public BlockCache(long capacityBytes, MemoryBudget budget, long roomBytes) {
    if (capacityBytes < 0) {
      throw new IllegalArgumentException("capacityBytes=" + capacityBytes);
    }
    this.capacityBytes = capacityBytes;
    this.budget = budget;
    this.scratches = new ScratchPool(budget);
    this.residency = new TableResidency(capacityBytes == 0 ? Long.MAX_VALUE : roomBytes);
    this.sections = new SectionCopies(capacityBytes / 2, budget);
    budget.setCache(this::shrink);
  }

  private void shrink(long bytes) {
    synchronized (lock) {
      evict(Math.max(0, usedBytes - bytes));
    }
  }

  /** Bytes of the blocks in the cache, and of the copied indexes and filters. */
  public long usedBytes() {
    synchronized (lock) {
      return usedBytes + sections.usedBytes();
    }
  }

  /** Whether the tables fit into the page cache. */
  public TableResidency residency() {
    return residency;
  }

  SectionCopies sections() {
    return sections;
  }

  ScratchPool scratches() {
    return scratches;
  }

  /** Allocates memory for a block. */
  BlockMemory allocate(int length) {
    try {
      return BlockMemory.allocate(length, live);
    } catch (OutOfMemoryError e) {
      // The JVM's off-heap memory is smaller than the cache's capacity.
      synchronized (lock) {
        evict(0);
      }
      return BlockMemory.allocate(length, live);
    }
  }

  /**
   * Adds a block that was just made, unless another thread was faster or it can never fit.
   *
   * @return the block to use, with a reference for the caller
   */
  CachedBlock add(CachedBlock added) {
    BlockSlots slots = added.slots();
    synchronized (lock) {
      CachedBlock present = slots.pin(added.number());
      if (present != null) {
        added.release();
        return present;
      }
      if (closed || added.bytes() > capacityBytes) {
        return added;
      }
      long bytes = added.bytes();
      evict(Math.max(0, Math.min(capacityBytes, usedBytes + budget.freeBytes()) - bytes));
      added.acquire();
      added.setPlace(blocks.size());
      slots.set(added.number(), added);
      blocks.add(added);
      usedBytes += bytes;
      budget.take(bytes);
      return added;
    }
  }

  /** Removes all blocks of a table that is being closed. */
  void drop(BlockSlots slots) {
    synchronized (lock) {
      for (int i = 0; i < slots.size(); i++) {
        CachedBlock block = slots.get(i);
        if (block != null) {
          remove(block);
        }
      }
    }
  }

  /**
   * Removes all blocks, and frees those that an error kept their readers from releasing.
   * Idempotent.
   */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      while (!blocks.isEmpty()) {
        remove(blocks.getLast());
      }
    }
    live.forEach(BlockMemory::free);
    sections.close();
    scratches.close();
  }

  /** Evicts until at most {@code bytes} are used, or all blocks left are pinned. */
  @GuardedBy("lock")
  private void evict(long bytes) {
    // Two rounds: the first may only clear the used bit of every block.
    for (int steps = 2 * blocks.size(); usedBytes > bytes && steps > 0; steps--) {
      hand = hand < blocks.size() ? hand : 0;
      CachedBlock block = blocks.get(hand);
      if (block.takeUsed() || block.references() > 1) {
        hand++;
      } else {
        remove(block);
      }
    }
  }

  /** No call that can fail comes between the first change and the last. */
  @GuardedBy("lock")
  private void remove(CachedBlock block) {
    int place = block.place();
    long bytes = block.bytes();
    block.slots().set(block.number(), null);
    CachedBlock last = blocks.getLast();
    last.setPlace(place);
    blocks.set(place, last);
    blocks.removeLast();
    usedBytes -= bytes;
    budget.release(bytes);
    block.release();
  }
}
