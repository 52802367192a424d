package dev.firn.sstable;

import org.jspecify.annotations.Nullable;

/**
 * Recognises that a cursor reads block after block, and reads ahead for it: nothing for the first
 * blocks, then windows that double. So a short scan reads what it needs, and a
 * long one in pieces for which the device's latency does not count.
 *
 * <p><b>Threading.</b> Belongs to one cursor. <b>Ownership.</b> Has a buffer of the pool from the
 * first long scan until {@link #close}.
 */
final class ScanAhead {

  /** A scan reads this many blocks one by one. */
  private static final int FIRST_BLOCKS = 2;

  private static final int FIRST_WINDOW_BYTES = 8 * 1024;

  private @Nullable ReadAhead buffer;

  /** Blocks read one after the other: positive forward, negative backward. */
  private int steps;

  /**
   * Says which block is read next.
   *
   * @param before the number of the block that was read before it, or a negative one
   * @return the buffer to read it through; null if it is read alone
   */
  @Nullable ReadAhead next(int before, int block, ScratchPool pool) {
    int step = before < 0 ? 0 : block - before;
    if (step == 1) {
      steps = Math.max(steps, 0) + 1;
    } else if (step == -1) {
      steps = Math.min(steps, 0) - 1;
    } else {
      reset();
    }
    int count = Math.abs(steps);
    if (count < FIRST_BLOCKS) {
      return null;
    }
    ReadAhead taken = buffer == null ? pool.takeReadAhead() : buffer;
    buffer = taken;
    if (count == FIRST_BLOCKS) {
      taken.aim(FIRST_WINDOW_BYTES, steps < 0);
    }
    return taken;
  }

  /** Begins anew: what is in the buffer may be of another table. */
  void reset() {
    steps = 0;
    if (buffer != null) {
      buffer.clear();
    }
  }

  /** Gives the buffer back. */
  void close(ScratchPool pool) {
    ReadAhead taken = buffer;
    if (taken != null) {
      buffer = null;
      steps = 0;
      pool.giveBack(taken);
    }
  }
}
