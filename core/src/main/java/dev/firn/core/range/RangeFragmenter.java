package dev.firn.core.range;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Cuts range tombstones into fragments: a sweep over their starts and ends in the order of the
 * keys. For n tombstones it takes O(n log n), and O(n) if most of them come in order.
 *
 * <p><b>Threading.</b> Belongs to one thread; used once.
 */
public final class RangeFragmenter {

  /**
   * Where tombstones start or end.
   *
   * @param key the place
   * @param sequences the tombstones' sequences
   * @param change 1 where they start, -1 where they end
   */
  private record Event(byte[] key, long[] sequences, int change) {}

  private final List<Event> events = new ArrayList<>();

  /** Without tombstones. */
  public RangeFragmenter() {}

  /** Whether no tombstone was added. */
  public boolean isEmpty() {
    return events.isEmpty();
  }

  /** Adds a tombstone. */
  public void add(RangeTombstone tombstone) {
    add(tombstone.start(), tombstone.end(), new long[] {tombstone.sequence()});
  }

  /** Adds tombstones that cover the same range. */
  public void add(byte[] start, byte[] end, long[] covering) {
    events.add(new Event(start, covering, 1));
    events.add(new Event(end, covering, -1));
  }

  /** Adds fragments of other tombstones. */
  public void add(RangeTombstones fragments) {
    for (int i = 0; i < fragments.size(); i++) {
      long[] covering = new long[fragments.depth(i)];
      for (int j = 0; j < covering.length; j++) {
        covering[j] = fragments.sequence(i, j);
      }
      add(fragments.start(i), fragments.end(i), covering);
    }
  }

  /** The fragments. */
  public RangeTombstones build(RangeRetention retention) {
    events.sort((a, b) -> Arrays.compareUnsigned(a.key, b.key));
    NavigableMap<Long, Integer> active = new TreeMap<>();
    RangeTombstonesBuilder fragments = new RangeTombstonesBuilder();
    byte[] from = null;
    for (Event event : events) {
      if (from != null && !active.isEmpty() && !Arrays.equals(from, event.key)) {
        emit(from, event.key, active, retention, fragments);
      }
      from = event.key;
      for (long sequence : event.sequences) {
        // Two tables that a repair reads may have the same tombstone.
        active.merge(sequence, event.change, RangeFragmenter::sum);
      }
    }
    return fragments.build();
  }

  private static @Nullable Integer sum(int a, int b) {
    return a + b == 0 ? null : a + b;
  }

  private static void emit(
      byte[] start,
      byte[] end,
      NavigableMap<Long, Integer> active,
      RangeRetention retention,
      RangeTombstonesBuilder fragments) {
    fragments.begin(start, end);
    retention.retain(active.navigableKeySet(), fragments::sequence);
  }
}
