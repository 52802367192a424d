package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.compaction.Boundaries;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * The moments that open snapshots read at. Flushes and compactions keep the entries that each of
 * them sees.
 *
 * <p><b>Threading.</b> Any thread. Opening a snapshot and listing the snapshots for a compaction
 * take the same lock. So a snapshot missing from the list was opened after the compaction began.
 * Every entry that the compaction drops is shadowed by an entry at or below the sequence visible at
 * that moment, or had expired by then, and so the snapshot does not see it either.
 */
final class Snapshots {

  /** The open snapshots of one sequence, and the clock of the first of them. */
  private record Open(int count, long clock) {}

  private final LongSupplier visible;
  private final LongSupplier clock;

  @GuardedBy("this")
  private final TreeMap<Long, Open> open = new TreeMap<>();

  @GuardedBy("this")
  private long closed;

  /**
   * @param visible the newest sequence that readers see
   * @param clock never goes back
   */
  Snapshots(LongSupplier visible, LongSupplier clock) {
    this.visible = visible;
    this.clock = clock;
  }

  /** Opens a snapshot at the newest visible sequence and the time. */
  synchronized OpenSnapshot open() {
    OpenSnapshot snapshot = new OpenSnapshot(visible.getAsLong(), clock.getAsLong());
    open.merge(
        snapshot.sequence(),
        new Open(1, snapshot.clock().getAsLong()),
        (known, added) -> new Open(known.count + 1, known.clock));
    return snapshot;
  }

  /** Closes a snapshot that {@link #open} returned. Idempotent. */
  synchronized void close(OpenSnapshot snapshot) {
    if (!snapshot.isClosed()) {
      snapshot.markClosed();
      open.computeIfPresent(
          snapshot.sequence(),
          (s, known) -> known.count == 1 ? null : new Open(known.count - 1, known.clock));
      closed++;
    }
  }

  /** How often a snapshot was closed. */
  synchronized long closed() {
    return closed;
  }

  /** Readers read at or above this sequence from now on. */
  synchronized long oldest() {
    return open.isEmpty() ? visible.getAsLong() : open.firstKey();
  }

  /** The clock of readers shows this or more from now on. */
  synchronized long oldestClock() {
    return open.isEmpty() ? clock.getAsLong() : open.firstEntry().getValue().clock;
  }

  /**
   * The moments that readers may read at from now on, ascending: those of the snapshots, then the
   * present.
   */
  synchronized Boundaries boundaries() {
    long now = visible.getAsLong();
    int count = open.size() + (open.containsKey(now) ? 0 : 1);
    long[] sequences = new long[count];
    long[] clocks = new long[count];
    sequences[count - 1] = now;
    clocks[count - 1] = clock.getAsLong();
    int i = 0;
    for (var entry : open.entrySet()) {
      sequences[i] = entry.getKey();
      clocks[i++] = entry.getValue().clock;
    }
    return new Boundaries(sequences, clocks);
  }

  /** The number of open snapshots. */
  synchronized int count() {
    return open.values().stream().mapToInt(Open::count).sum();
  }
}
