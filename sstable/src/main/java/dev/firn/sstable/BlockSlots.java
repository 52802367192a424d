package dev.firn.sstable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of one table that are in the cache, by their number: a look-up is an array access, not
 * a hash.
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

  /** The block with a reference for the caller, or null when the cache does not have it. */
  @Nullable CachedBlock pin(int number) {
    CachedBlock block = get(number);
    if (block == null || !block.tryAcquire()) {
      return null;
    }
    block.markUsed();
    return block;
  }

  @Nullable CachedBlock get(int number) {
    return (CachedBlock) SLOTS.getAcquire(slots, number);
  }

  void set(int number, @Nullable CachedBlock block) {
    SLOTS.setRelease(slots, number, block);
  }
}
