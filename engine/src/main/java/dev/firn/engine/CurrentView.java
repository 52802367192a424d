package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.version.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The current {@link ReadView}, and how it is replaced.
 *
 * <p><b>Threading.</b> {@link #acquire} takes no lock. Replacements are serialised by a lock that
 * is the innermost of the engine.
 */
final class CurrentView {

  /*
   * Why a validated pin keeps its view.
   *
   * A reader adds its pin (an atomic read-modify-write) and then reads `current` again. A writer
   * stores the new view into `current` and then sums the old view's pins. All four are sequentially
   * consistent. If the sum misses the reader's pin, the sum came first in that order, so the
   * reader's second read of `current` comes after the store and sees another view: the reader
   * undoes its pin and starts over. If the reader still sees the old view, the pin came before the
   * store, and every later sum counts it until it is undone. A pin is undone on the stripe it was
   * made on, so no stripe is ever negative, and a sum of zero means that each stripe was zero when
   * it was read; after the view was replaced no stripe gains another validated pin.
   */
  private volatile @Nullable ReadView current;

  private final Executor releaser;

  private final Object lock = new Object();

  @GuardedBy("lock")
  private @Nullable ReadView latest;

  @GuardedBy("lock")
  private boolean closed;

  @GuardedBy("lock")
  private final List<ReadView> unreclaimed = new ArrayList<>();

  /**
   * @param releaser releases what retired views hold
   */
  CurrentView(Executor releaser) {
    this.releaser = releaser;
  }

  /**
   * The current view, pinned. The caller unpins it in a finally block, see {@link ReadView}.
   *
   * @param stripe the stripe to pin on, see {@link ReadView#stripe}; for a cursor, plus {@link
   *     ReadView#CURSOR}
   * @throws IllegalStateException when the store is closed
   */
  ReadView acquire(int stripe) {
    for (; ; ) {
      ReadView view = current();
      if (pin(view, stripe)) {
        return view;
      }
    }
  }

  /**
   * The current view, not pinned: its parts must not be used.
   *
   * @throws IllegalStateException when the store is closed
   */
  ReadView current() {
    ReadView view = current;
    if (view == null) {
      throw StoreClosed.exception();
    }
    return view;
  }

  /** As {@link #current}, or null when the store is closed. */
  @Nullable ReadView currentOrNull() {
    return current;
  }

  /** Pins a view if it is still the current one. */
  boolean pin(ReadView view, int stripe) {
    view.pins.getAndIncrement(stripe);
    if (view == current) {
      return true;
    }
    view.pins.getAndDecrement(stripe);
    view.reclaimIfRetired();
    return false;
  }

  /** Reads the current view, pinned meanwhile. */
  <T> T read(Function<ReadView, T> reading) {
    int stripe = ReadView.stripe();
    ReadView view = acquire(stripe);
    try {
      return reading.apply(view);
    } finally {
      view.pins.getAndDecrement(stripe);
      view.reclaimIfRetired();
    }
  }

  /** Makes a view the current one. Calls are serialised by the caller. */
  void install(List<Generation> generations, boolean hasActive, Version version) {
    ReadView next = new ReadView(generations, hasActive, version, releaser);
    ReadView previous;
    synchronized (lock) {
      // A reader that failed may have left a view behind.
      unreclaimed.forEach(ReadView::reclaimIfRetired);
      unreclaimed.removeIf(ReadView::isReleased);
      unreclaimed.add(next);
      previous = latest;
      latest = next;
      if (!closed) {
        current = next;
      }
      if (previous != null) {
        previous.retired = true;
      }
    }
    if (previous != null) {
      previous.reclaimIfRetired();
    }
  }

  /** Whether views that no cursor holds are about to release what they hold. */
  boolean hasUnreleased() {
    synchronized (lock) {
      unreclaimed.forEach(ReadView::reclaimIfRetired);
      ReadView inUse = latest;
      return unreclaimed.stream().anyMatch(v -> v != inUse && !v.isReleasedOrHeld());
    }
  }

  /** Refuses further calls; returns when the running ones have ended. */
  void close() {
    List<ReadView> live;
    synchronized (lock) {
      closed = true;
      current = null;
      live = List.copyOf(unreclaimed);
    }
    for (ReadView view : live) {
      for (int waits = 0; view.isBeingRead(); waits++) {
        Backoff.pause(waits);
      }
    }
  }

  /**
   * Retires the last view and those left behind; called after {@link #close}, when no other view
   * will be installed. Idempotent.
   */
  void retireLast() {
    ReadView last;
    List<ReadView> left;
    synchronized (lock) {
      last = latest;
      left = List.copyOf(unreclaimed);
    }
    if (last != null) {
      last.retired = true;
      last.reclaimIfRetired();
    }
    left.forEach(ReadView::reclaimIfRetired);
  }
}
