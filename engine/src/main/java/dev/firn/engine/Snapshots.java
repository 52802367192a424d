package dev.firn.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * The sequences that open snapshots read at. Flush and merge keep what each of them sees.
 *
 * <p><b>Threading.</b> Any thread. A snapshot is taken under the same lock under which a merge
 * learns which there are, so a merge that did not see a snapshot began before it: everything the
 * merge may drop is shadowed by an entry at or below the sequence that was visible then, and so
 * below the snapshot too.
 */
final class Snapshots {

  private final LongSupplier visible;

  @GuardedBy("this")
  private final TreeMap<Long, Integer> open = new TreeMap<>();

  /**
   * @param visible the newest sequence that readers see
   */
  Snapshots(LongSupplier visible) {
    this.visible = visible;
  }

  /** Opens a snapshot at the newest visible sequence, and returns that. */
  synchronized long open() {
    long sequence = visible.getAsLong();
    open.merge(sequence, 1, Integer::sum);
    return sequence;
  }

  /** Closes a snapshot that {@link #open} returned. */
  synchronized void close(long sequence) {
    open.computeIfPresent(sequence, (s, count) -> count == 1 ? null : count - 1);
  }

  /**
   * The sequences that readers may read at from now on, ascending: of snapshots, then the
   * visible.
   */
  synchronized long[] boundaries() {
    long now = visible.getAsLong();
    return java.util.stream.LongStream.concat(
            open.keySet().stream().mapToLong(Long::longValue), java.util.stream.LongStream.of(now))
        .distinct()
        .toArray();
  }

  /** How many snapshots are open. */
  synchronized int count() {
    return open.values().stream().mapToInt(Integer::intValue).sum();
  }
}
