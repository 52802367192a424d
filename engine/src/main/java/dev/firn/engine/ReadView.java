package dev.firn.engine;

import dev.firn.version.Version;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * The data that a reader reads: the generations in memory, newest first, and the version of the
 * tables below them. Immutable; replaced as a whole when a generation is begun or flushed and when
 * a compaction ends.
 *
 * <p><b>Threading.</b> Pinning must not contend. So pins are counted in stripes that are a cache
 * line apart, chosen by thread. Cursors, which live long and may change threads, are counted
 * separately. {@link CurrentView} proves that a validated pin keeps the view.
 *
 * <p><b>Unpinning.</b> A pin that is not undone keeps the store from closing for ever. So a finally
 * block undoes it with one call of the JDK, which needs no method of the store, and after that
 * calls {@link #reclaimIfRetired}. If that fails, closing the store releases what the view holds.
 *
 * <p><b>Ownership.</b> Holds a reference to each generation and to the version. Releases them once
 * the view is retired and not pinned.
 */
final class ReadView {

  private static final int STRIPES =
      Integer.highestOneBit(4 * Runtime.getRuntime().availableProcessors());
  private static final int PADDING = 16;

  private final Generation[] generations;
  private final boolean hasActive;
  private final Version version;
  private final Executor releaser;

  /** The offset of the counter of cursors from a stripe. */
  static final int CURSOR = 1;

  /** The pins of each stripe, of calls and of cursors. */
  final AtomicLongArray pins = new AtomicLongArray(STRIPES * PADDING);

  /** Set when no new pin will be validated; a field, because setting it must not fail. */
  volatile boolean retired;

  /** Whether the releaser has been given what there is to release. */
  private final AtomicBoolean reclaimed = new AtomicBoolean();

  private final AtomicBoolean releasing = new AtomicBoolean();
  private volatile boolean released;

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
   * The memory to read a value of this view from once the store has failed. For a value in a
   * journal segment it is a checked copy, because the pages of the file may change.
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

  /** Releases what the view holds if it is retired and not pinned; called after each unpinning. */
  void reclaimIfRetired() {
    if (retired) {
      reclaimIfUnused();
    }
  }

  /** Whether a call, other than one of a cursor, is reading at this moment. */
  boolean isBeingRead() {
    return isPinned(0);
  }

  /** Whether a cursor holds it. */
  private boolean isHeld() {
    return isPinned(CURSOR);
  }

  private boolean isPinned(int counter) {
    for (int i = counter; i < pins.length(); i += PADDING) {
      if (pins.get(i) != 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether it has released what it held. */
  boolean isReleased() {
    return released;
  }

  private void reclaimIfUnused() {
    if (!isBeingRead() && !isHeld() && reclaimed.compareAndSet(false, true)) {
      boolean given = false;
      try {
        releaser.execute(this::releaseAll);
        given = true;
      } catch (RejectedExecutionException e) {
        given = true;
        releaseAll(); // a cursor was open when the store was closed
      } finally {
        if (!given) {
          reclaimed.set(false); // the next view tries again
        }
      }
    }
  }

  /** An executor that throws may run the task all the same. */
  private void releaseAll() {
    if (!releasing.compareAndSet(false, true)) {
      return;
    }
    try {
      for (Generation generation : generations) {
        generation.release();
      }
      version.release();
    } finally {
      released = true;
    }
  }

  /** Whether it holds nothing, or a cursor holds it. */
  boolean isReleasedOrHeld() {
    return released || isHeld();
  }

  /** The stripe that the calling thread pins on. */
  static int stripe() {
    return ((int) Thread.currentThread().threadId() & (STRIPES - 1)) * PADDING;
  }
}
