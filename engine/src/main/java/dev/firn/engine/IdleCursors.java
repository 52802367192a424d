package dev.firn.engine;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Closed cursors that wait to be opened again. They belong to no thread, so that what is kept does
 * not grow with the number of threads, and nothing is left behind by a thread that ends. Each
 * thread looks first at a place of its own, where it finds the cursor that it closed last.
 *
 * <p><b>Threading.</b> Any thread, without locks. <b>Ownership.</b> Of none of them.
 */
final class IdleCursors {

  /** A power of two. */
  private static final int PLACES = 256;

  /** Coprime to the number of places; neighbours are about a cache line apart. */
  private static final int STRIDE = 17;

  /** The number of places at which a cursor is put back. */
  private static final int TRIES = 32;

  private final AtomicReferenceArray<@Nullable ScanCursor> places =
      new AtomicReferenceArray<>(PLACES);

  /** Takes a cursor out, if there is one. */
  @Nullable ScanCursor poll() {
    int home = home();
    for (int i = 0; i < PLACES; i++) {
      int at = (home + i) & (PLACES - 1);
      if (places.getPlain(at) != null) {
        ScanCursor found = places.getAndSet(at, null);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  /** Puts a cursor in; false if there is no place for it. */
  boolean offer(ScanCursor cursor) {
    int home = home();
    for (int i = 0; i < TRIES; i++) {
      int at = (home + i) & (PLACES - 1);
      if (places.getPlain(at) == null && places.compareAndSet(at, null, cursor)) {
        return true;
      }
    }
    return false;
  }

  /** Forgets all of them. */
  void clear() {
    for (int i = 0; i < PLACES; i++) {
      places.set(i, null);
    }
  }

  private static int home() {
    return (int) (Thread.currentThread().threadId() * STRIDE) & (PLACES - 1);
  }
}
