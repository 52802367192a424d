package dev.firn.test.concurrent;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What threads did with one key, and the check that it is linearizable: each operation can be given
 * an instant between its begin and its end so that each read returns the last value written.
 *
 * <p>Where every value is written once this takes a sort, not a search (P. B. Gibbons, E. Korach,
 * <i>Testing shared memories</i>, SIAM J. Comput. 26, 1997). A value and its reads are a cluster.
 * If some operation of the cluster ends before another begins, the value must have been there all
 * the time between: a forward zone. Otherwise all its operations share an instant: a backward zone.
 * The history is linearizable if and only if no read precedes its write, no two forward zones
 * overlap, and no backward zone is within a forward one.
 */
final class RegisterHistory {

  record Event(boolean write, long value, long begin, long end) {}

  private record Zone(long value, long low, long high) {}

  private static final class Cluster {
    @Nullable Event write;
    long earliestEnd = Long.MAX_VALUE;
    long latestBegin = Long.MIN_VALUE;
  }

  private RegisterHistory() {}

  /** What is wrong with a history; null if nothing is. */
  static @Nullable String violation(List<Event> events) {
    Map<Long, Cluster> clusters = new HashMap<>();
    for (Event event : events) {
      Cluster cluster = clusters.computeIfAbsent(event.value(), value -> new Cluster());
      if (event.write()) {
        cluster.write = event;
      }
      cluster.earliestEnd = Math.min(cluster.earliestEnd, event.end());
      cluster.latestBegin = Math.max(cluster.latestBegin, event.begin());
    }
    List<Zone> forward = new ArrayList<>();
    List<Zone> backward = new ArrayList<>();
    for (Map.Entry<Long, Cluster> entry : clusters.entrySet()) {
      Cluster cluster = entry.getValue();
      if (cluster.write == null) {
        return "value " + entry.getKey() + " was read and never written";
      }
      if (cluster.earliestEnd < cluster.write.begin()) {
        return "value " + entry.getKey() + " was read before it was written";
      }
      if (cluster.earliestEnd < cluster.latestBegin) {
        forward.add(new Zone(entry.getKey(), cluster.earliestEnd, cluster.latestBegin));
      } else {
        backward.add(new Zone(entry.getKey(), cluster.latestBegin, cluster.earliestEnd));
      }
    }
    forward.sort(Comparator.comparingLong(Zone::low));
    return overlap(forward, backward);
  }

  private static @Nullable String overlap(List<Zone> forward, List<Zone> backward) {
    for (int i = 1; i < forward.size(); i++) {
      if (forward.get(i).low() < forward.get(i - 1).high()) {
        return "value %d and value %d were both the last one written"
            .formatted(forward.get(i - 1).value(), forward.get(i).value());
      }
    }
    for (Zone zone : backward) {
      Zone around = lastBefore(forward, zone.low());
      if (around != null && zone.high() < around.high()) {
        return "value %d came and went while value %d was there"
            .formatted(zone.value(), around.value());
      }
    }
    return null;
  }

  /** The last of the sorted zones that begins before an instant, or null. */
  private static @Nullable Zone lastBefore(List<Zone> zones, long instant) {
    int low = 0;
    int high = zones.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (zones.get(middle).low() < instant) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? null : zones.get(low - 1);
  }
}
