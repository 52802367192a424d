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
 * The data that a reader reads: the generations in memory, newest first, and the version of the
 * tables below them. Immutable; replaced as a whole when a generation is begun or flushed and when a
 * compaction ends.
 *
 * <p><b>Threading.</b> Pinning must not contend. So pins are counted in stripes that are a cache
 * line apart, chosen by thread. Cursors, which live long and may change threads, are counted
 * separately. {@link CurrentView} proves that a validated pin keeps the view.
 *
 * <p><b>Ownership.</b> Holds a reference to each generation and to the version. Releases them once
 * the view is retired and not pinned.
 */
final class ReadView {

  private static final VarHandle PINS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int STRIPES =
      Integer.highestOneBit(4 * Runtime.getRuntime().availableProcessors());
  private static final int PADDING = 16;

  private final Generation[] generations;
  private final boolean hasActive;
  private final Version version;
  private final Executor releaser;
  private final long[] pins = new long[STRIPES * PADDING];
  private final AtomicInteger cursorPins = new AtomicInteger();
  private final AtomicBoolean reclaimed = new AtomicBoolean();
  private volatile boolean retired;

  /**
   * Acquires a reference of its own to everything.
   *
   * @param hasActive whether the first generation takes writes
   * @param releaser releases everything: the last pin may be a reader's, and unmapping a file takes
   *     long
   */
  ReadView(List<Generation> generations, boolean hasActive, Version version, Executor releaser) {
    this.generations = generations.toArray(Generation[]::new);
    this.hasActive = hasActive;
    this.version = version;
    this.releaser = releaser;
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
   * The memory to read a value of this view from once the store has failed. For a value in a journal
   * segment it is a checked copy, because the pages of the file may change.
   *
   * @param memory the memory that holds the value
   * @param end where the value ends in it
   */
  MemorySegment checked(MemorySegment memory, long end) {
    for (Generation generation : generations) {
      if (generation.segment().memory().equals(memory)) {
        return generation.segment().checkedCopy(end);
      }
    }
    return memory;
  }

  /** The number of generations that wait to be flushed. */
  int frozenCount() {
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

  /** Pins for a cursor; the caller has pinned the view. */
  void pinForCursor() {
    cursorPins.incrementAndGet();
  }

  void unpinForCursor() {
    cursorPins.decrementAndGet();
    if (retired) {
      reclaimIfUnused();
    }
  }

  /** Called when no new pin will be validated. */
  void retire() {
    retired = true;
    reclaimIfUnused();
  }

  /** Whether a call, other than through a cursor, is reading at this moment. */
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
    if (!isBeingRead() && cursorPins.get() == 0 && reclaimed.compareAndSet(false, true)) {
      try {
        releaser.execute(this::releaseAll);
      } catch (RejectedExecutionException e) {
        releaseAll(); // a cursor was open when the store was closed
      }
    }
  }

  private void releaseAll() {
    for (Generation generation : generations) {
      generation.release();
    }
    version.release();
  }

  /** A call pins and unpins on one thread, so it need not remember the stripe. */
  private static int stripe() {
    return ((int) Thread.currentThread().threadId() & (STRIPES - 1)) * PADDING;
  }
}
