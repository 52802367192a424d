package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;

/**
 * The sequences that open snapshots read at. Flushes and compactions keep the entries that each of
 * them sees.
 *
 * <p><b>Threading.</b> Any thread. Opening a snapshot and listing the snapshots for a compaction
 * take the same lock. So a snapshot missing from the list was opened after the compaction began.
 * Every entry that the compaction drops is shadowed by an entry at or below the sequence visible at
 * that moment, and so the snapshot does not see it either.
 */
final class Snapshots {

  private final LongSupplier visible;

  @GuardedBy("this")
  private final TreeMap<Long, Integer> open = new TreeMap<>();

  @GuardedBy("this")
  private long closed;

  /**
   * @param visible the newest sequence that readers see
   */
  Snapshots(LongSupplier visible) {
    this.visible = visible;
  }

  /** Opens a snapshot at the newest visible sequence. */
  synchronized OpenSnapshot open() {
    OpenSnapshot snapshot = new OpenSnapshot(visible.getAsLong());
    open.merge(snapshot.sequence(), 1, Integer::sum);
    return snapshot;
  }

  /** Closes a snapshot that {@link #open} returned. Idempotent. */
  synchronized void close(OpenSnapshot snapshot) {
    if (!snapshot.isClosed()) {
      snapshot.markClosed();
      open.computeIfPresent(snapshot.sequence(), (s, count) -> count == 1 ? null : count - 1);
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

  /**
   * The sequences that readers may read at from now on, ascending: those of the snapshots, then
   * the visible one.
   */
  synchronized long[] boundaries() {
    long now = visible.getAsLong();
    return LongStream.concat(open.keySet().stream().mapToLong(Long::longValue), LongStream.of(now))
        .distinct()
        .toArray();
  }

  /** The number of open snapshots. */
  synchronized int count() {
    return open.values().stream().mapToInt(Integer::intValue).sum();
  }
}
