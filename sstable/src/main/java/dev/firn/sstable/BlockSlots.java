package dev.firn.sstable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The cached blocks of one table, by block number: a look-up is an array access, not a hash.
 *
 * <p><b>Threading.</b> Any thread may pin; the cache changes the slots under its lock.
 */
final class BlockSlots {

  private static final VarHandle SLOTS = MethodHandles.arrayElementVarHandle(CachedBlock[].class);

  private final @Nullable CachedBlock[] slots;

  BlockSlots(int blocks) {
    slots = new @Nullable CachedBlock[blocks];
  }

  int size() {
    return slots.length;
  }

  /** A block with a reference for the caller, or null if it is not in the cache. */
  @Nullable CachedBlock pin(int number) {
    CachedBlock block = get(number);
    if (block == null || !block.tryAcquire()) {
      return null;
    }
    block.setUsed();
    return block;
  }

  @Nullable CachedBlock get(int number) {
    return (CachedBlock) SLOTS.getAcquire(slots, number);
  }

  void set(int number, @Nullable CachedBlock block) {
    SLOTS.setRelease(slots, number, block);
  }
}
