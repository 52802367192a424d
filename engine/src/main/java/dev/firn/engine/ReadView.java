package dev.firn.engine;

import dev.firn.version.Version;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a reader reads: the generations in memory, newest first, and the version of the tables below
 * them. Immutable; replaced as a whole when a generation is begun or flushed and when a merge ends.
 *
 * <p><b>Threading.</b> Pinning must not contend, so pins are counted in stripes that are a cache
 * line apart, chosen by thread; cursors, which live long and may change threads, are counted apart
 * from them. See {@link CurrentView} for why a pin that was validated keeps the view.
 *
 * <p><b>Ownership.</b> Holds a reference to each generation and to the version, and lets go of them
 * once it was retired and nobody pins it.
 */
final class ReadView {

  private static final VarHandle PINS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int STRIPES =
      Integer.highestOneBit(4 * Runtime.getRuntime().availableProcessors());
  private static final int PADDING = 16;

  private final Generation[] generations;
  private final boolean hasActive;
  private final Version version;
  private final Executor cleaner;
  private final long[] pins = new long[STRIPES * PADDING];
  private final AtomicInteger cursors = new AtomicInteger();
  private final AtomicBoolean reclaimed = new AtomicBoolean();
  private volatile boolean retired;

  /**
   * Takes a reference of its own to everything.
   *
   * @param hasActive whether the first generation still takes writes
   * @param cleaner lets go of everything, because a reader may be the last to leave, and unmapping
   *     a file takes long
   */
  ReadView(List<Generation> generations, boolean hasActive, Version version, Executor cleaner) {
    this.generations = generations.toArray(Generation[]::new);
    this.hasActive = hasActive;
    this.version = version;
    this.cleaner = cleaner;
    generations.forEach(Generation::acquire);
    version.acquire();
  }

  /** The generations in memory, newest first. The caller does not change the array. */
  Generation[] generations() {
    return generations;
  }

  /** The generation that takes writes, or null when there is none yet. */
  @Nullable Generation active() {
    return hasActive ? generations[0] : null;
  }

  /**
   * Where a value of this view is to be read once the store has failed: of a journal the checked
   * copy, for its file may show anything now.
   *
   * @param memory what holds the value
   * @param end where it ends there
   */
  MemorySegment checked(MemorySegment memory, long end) {
    for (Generation generation : generations) {
      if (generation.segment().memory().equals(memory)) {
        return generation.segment().checkedCopy(end);
      }
    }
    return memory;
  }

  /** How many generations wait to be flushed. */
  int frozen() {
    return hasActive ? generations.length - 1 : generations.length;
  }

  /** The tables. */
  Version version() {
    return version;
  }

  void pin() {
    PINS.getAndAdd(pins, stripe(), 1L);
  }

  void unpin() {
    PINS.getAndAdd(pins, stripe(), -1L);
    if (retired) {
      reclaimIfUnused();
    }
  }

  /** Pins for a cursor; the caller has a pin already. */
  void pinForCursor() {
    cursors.incrementAndGet();
  }

  void unpinForCursor() {
    cursors.decrementAndGet();
    if (retired) {
      reclaimIfUnused();
    }
  }

  /** Says that no new pins will be validated. */
  void retire() {
    retired = true;
    reclaimIfUnused();
  }

  /** Whether calls that are not cursors are reading at this moment. */
  boolean isBeingRead() {
    for (int i = 0; i < pins.length; i += PADDING) {
      if ((long) PINS.getVolatile(pins, i) != 0) {
        return true;
      }
    }
    return false;
  }

  boolean isReclaimed() {
    return reclaimed.get();
  }

  private void reclaimIfUnused() {
    if (!isBeingRead() && cursors.get() == 0 && reclaimed.compareAndSet(false, true)) {
      try {
        cleaner.execute(this::releaseAll);
      } catch (RejectedExecutionException e) {
        releaseAll(); // the store is closed, but a cursor was still open
      }
    }
  }

  private void releaseAll() {
    for (Generation generation : generations) {
      generation.release();
    }
    version.release();
  }

  /** A call pins and unpins on one thread, so that the stripe need not be remembered. */
  private static int stripe() {
    return ((int) Thread.currentThread().threadId() & (STRIPES - 1)) * PADDING;
  }
}
