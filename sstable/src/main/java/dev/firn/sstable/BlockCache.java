package dev.firn.sstable;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;

/**
 * The decompressed blocks of all tables of a store. Which go when there is no room is decided by
 * CLOCK: a hand goes round all blocks, and one that was asked for since the hand last passed gets
 * another round. A block in use is passed over; so when all are in use the cache is over its
 * capacity for a while.
 *
 * <p><b>Threading.</b> Any thread may call. A hit takes no lock and changes nothing but the block's
 * own count; misses and evictions take the cache's lock.
 *
 * <p><b>Ownership.</b> Closed by its creator, after all tables that use it.
 */
public final class BlockCache implements AutoCloseable {

  private final long capacityBytes;
  private final ScratchPool scratches = new ScratchPool();
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final List<CachedBlock> blocks = new ArrayList<>();

  @GuardedBy("lock")
  private int hand;

  @GuardedBy("lock")
  private long usedBytes;

  @GuardedBy("lock")
  private boolean closed;

  /** A cache that keeps about this many bytes of blocks, or none at all. */
  public BlockCache(long capacityBytes) {
    if (capacityBytes < 0) {
      throw new IllegalArgumentException("capacityBytes=" + capacityBytes);
    }
    this.capacityBytes = capacityBytes;
  }

  /** How many bytes of blocks are kept at most, as long as not more are in use. */
  public long capacityBytes() {
    return capacityBytes;
  }

  /** How many bytes of blocks are kept at this moment. */
  public long usedBytes() {
    synchronized (lock) {
      return usedBytes;
    }
  }

  ScratchPool scratches() {
    return scratches;
  }

  /** Allocates memory for a block. */
  BlockMemory allocate(int length) {
    try {
      return BlockMemory.allocate(length);
    } catch (OutOfMemoryError e) {
      // The JVM has less memory off the heap than this cache was promised.
      synchronized (lock) {
        evict(0);
      }
      return BlockMemory.allocate(length);
    }
  }

  /**
   * Takes in a block that was just decompressed, unless somebody was quicker or it can never fit.
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
      evict(capacityBytes - added.bytes());
      added.acquire();
      added.setPlace(blocks.size());
      blocks.add(added);
      usedBytes += added.bytes();
      slots.set(added.number(), added);
      return added;
    }
  }

  /** Lets go of all blocks of a table that is being closed. */
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

  /** Lets go of all blocks. Idempotent. */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      while (!blocks.isEmpty()) {
        remove(blocks.getLast());
      }
    }
  }

  /** Makes room until no more than {@code bytes} are used, or all that is left is in use. */
  @GuardedBy("lock")
  private void evict(long bytes) {
    // Two rounds: the first one may do no more than take every block's second chance.
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

  @GuardedBy("lock")
  private void remove(CachedBlock block) {
    CachedBlock last = blocks.removeLast();
    if (last != block) {
      blocks.set(block.place(), last);
      last.setPlace(block.place());
    }
    usedBytes -= block.bytes();
    block.slots().set(block.number(), null);
    block.release();
  }
}
