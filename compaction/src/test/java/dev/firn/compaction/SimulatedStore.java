package dev.firn.compaction;

import dev.firn.compaction.Compaction.Drop;
import dev.firn.compaction.Compaction.Merge;
import dev.firn.compaction.Compaction.Move;
import dev.firn.compaction.Compaction.Source;
import dev.firn.sstable.EntryStats;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.Run;
import dev.firn.version.Shape;
import dev.firn.version.StoreState;
import dev.firn.version.TestStates;
import dev.firn.version.VersionEdit;
import dev.firn.version.VersionEdit.Change;
import dev.firn.version.VersionEdit.TableAdded;
import dev.firn.version.VersionEdit.TableRemoved;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A store that consists of metadata only. Keys are numbers, evenly distributed in each table. A
 * merge of tables that cover a range writes as much as a merge of random subsets of {@code
 * distinctBytes} would.
 *
 * <p>While a compaction runs, flushes go on: it writes {@code speed} bytes while one byte is
 * flushed, and more when level 0 has many runs, because writers are then throttled as the engine
 * throttles them.
 */
final class SimulatedStore {

  private static final long KEYS = 1L << 40;
  private static final int SLOWDOWN_RUNS = CompactionPolicy.LEVEL_ZERO_SLOWDOWN_RUNS;
  private static final int STOP_RUNS = CompactionPolicy.LEVEL_ZERO_STOP_RUNS;
  private static final double SLOWEST = 13;

  private final CompactionPolicy policy;
  private final long flushBytes;
  private final double distinctBytes;
  private final double speed;
  private StoreState state = TestStates.of(List.of(new VersionEdit.TreeCreated(1, "tree")));
  private long next = 1;
  private double owedFlushes;
  private boolean stalled;

  long flushed;
  long written;
  long largestCompaction;
  int compactions;
  int maxRuns;
  int stalls;
  double maxPressure;
  double elapsed;

  SimulatedStore(CompactionPolicy policy, long flushBytes, double distinctBytes, double speed) {
    this.policy = policy;
    this.flushBytes = flushBytes;
    this.distinctBytes = distinctBytes;
    this.speed = speed;
  }

  /** Flushes keys of a range, and compacts meanwhile. */
  void load(long bytes, long firstKey, long lastKey) {
    long end = flushed + bytes;
    while (flushed < end) {
      flush(firstKey, lastKey);
      step();
    }
  }

  /** Compacts as much as the time of one flush allows, or until level 0 is below the stop limit. */
  private void step() {
    double pressure =
        (shape().runs(0).size() - SLOWDOWN_RUNS) / (double) (STOP_RUNS - SLOWDOWN_RUNS);
    pressure = Math.clamp(pressure, 0, 1);
    maxPressure = Math.max(maxPressure, pressure);
    double time = 1 + SLOWEST * pressure * pressure;
    elapsed += time;
    owedFlushes -= time;
    while (owedFlushes < 0 || shape().runs(0).size() >= STOP_RUNS) {
      if (shape().runs(0).size() >= STOP_RUNS && !stalled) {
        stalls++;
      }
      stalled = shape().runs(0).size() >= STOP_RUNS;
      double owed = owedFlushes;
      boolean compacted = compact();
      if (stalled) {
        elapsed += owedFlushes - owed;
      }
      if (!compacted) {
        owedFlushes = 0;
        break;
      }
    }
  }

  void flush(long firstKey, long lastKey) {
    List<Change> changes = new ArrayList<>();
    long tables = Math.max(1, flushBytes / policy.targetTableBytes());
    long run = next;
    double width = (double) (lastKey - firstKey + 1) / tables;
    for (int i = 0; i < tables; i++) {
      long first = firstKey + (long) (i * width);
      changes.add(
          new TableAdded(
              0,
              run,
              table(first, firstKey + (long) ((i + 1) * width) - 1, (double) flushBytes / tables)));
    }
    apply(changes);
    flushed += flushBytes;
    maxRuns = Math.max(maxRuns, shape().runs(0).size());
  }

  /** Runs the picker's next compaction; false when there is none. */
  boolean compact() {
    Optional<Compaction> picked = CompactionPicker.pick(state.shape(), state.trees(), policy);
    picked.ifPresent(this::execute);
    return picked.isPresent();
  }

  void execute(Compaction compaction) {
    compactions++;
    switch (compaction) {
      case Move move -> apply(move.edit().changes());
      case Drop drop -> apply(drop.edit().changes());
      case Merge merge -> merge(merge);
    }
  }

  private void merge(Merge merge) {
    List<Change> changes = new ArrayList<>();
    TreeMap<Long, double[]> edges = new TreeMap<>();
    for (Source source : merge.sources()) {
      for (TableMetadata table : source.tables()) {
        changes.add(new TableRemoved(source.level(), source.run(), table.number()));
        long first = key(table.smallestKey());
        long last = key(table.largestKey());
        double density = table.fileBytes() / (double) (last - first + 1);
        double full = distinctBytes / KEYS;
        // The logarithm of the share of keys that are absent; independent shares add up.
        double absent = Math.log1p(-Math.min(0.999999, density / full));
        edges.computeIfAbsent(first, k -> new double[1])[0] += absent;
        edges.computeIfAbsent(last + 1, k -> new double[1])[0] -= absent;
      }
    }
    long bytes = cut(edges, merge, neighbours(merge), changes);
    apply(changes);
    written += bytes;
    largestCompaction = Math.max(largestCompaction, bytes);
    owedFlushes += bytes / (speed * flushBytes);
  }

  /** The first keys of the tables of the target run that take no part. */
  private TreeSet<Long> neighbours(Merge merge) {
    TreeSet<Long> keys = new TreeSet<>();
    for (Run run : shape().runs(merge.target().level())) {
      if (run.id() == merge.target().run()) {
        run.tables().forEach(table -> keys.add(key(table.smallestKey())));
      }
    }
    for (Source source : merge.sources()) {
      if (source.level() == merge.target().level()) {
        source.tables().forEach(table -> keys.remove(key(table.smallestKey())));
      }
    }
    return keys;
  }

  /** Walks over the ranges between edges; ends a table at the target size or at a neighbour. */
  private long cut(
      TreeMap<Long, double[]> edges, Merge merge, TreeSet<Long> neighbours, List<Change> changes) {
    double absent = 0;
    long total = 0;
    long tableFirst = -1;
    long tableLast = -1;
    double size = 0;
    Long from = null;
    for (var edge : edges.entrySet()) {
      if (from != null && absent < -1e-15) {
        double density = -Math.expm1(absent) * distinctBytes / KEYS;
        long at = from;
        while (at < edge.getKey()) {
          long room = Math.max(1, (long) ((policy.targetTableBytes() - size) / density));
          long end = Math.min(edge.getKey(), at + room);
          tableFirst = tableFirst < 0 ? at : tableFirst;
          tableLast = end - 1;
          size += (end - at) * density;
          at = end;
          if (size >= policy.targetTableBytes() * 0.999) {
            total += add(changes, merge, tableFirst, tableLast, size);
            tableFirst = -1;
            size = 0;
          }
        }
      } else if (tableFirst >= 0 && !neighbours.subSet(tableLast, edge.getKey()).isEmpty()) {
        total += add(changes, merge, tableFirst, tableLast, size);
        tableFirst = -1;
        size = 0;
      }
      absent += edge.getValue()[0];
      from = edge.getKey();
    }
    return tableFirst < 0 ? total : total + add(changes, merge, tableFirst, tableLast, size);
  }

  private long add(List<Change> changes, Merge merge, long first, long last, double size) {
    TableMetadata table = table(first, last, size);
    changes.add(new TableAdded(merge.target().level(), merge.target().run(), table));
    return table.fileBytes();
  }

  private TableMetadata table(long first, long last, double size) {
    long bytes = Math.max(1, (long) size);
    return new TableMetadata(
        next++, bytes, key(first), key(last), new EntryStats(1000, 0, bytes, 0, 9));
  }

  private void apply(List<Change> changes) {
    state = TestStates.apply(state, changes);
  }

  private static byte[] key(long number) {
    return ByteBuffer.allocate(12).putInt(1).putLong(number).array();
  }

  private static long key(byte[] key) {
    return ByteBuffer.wrap(key).getLong(4);
  }

  static long keys() {
    return KEYS;
  }

  Shape shape() {
    return state.shape();
  }

  /** Bytes written by flushes and compactions for each byte flushed. */
  double writeAmplification() {
    return 1 + (double) written / flushed;
  }

  String report(String name) {
    StringBuilder text = new StringBuilder();
    text.append("%-34s %7.1f GiB  ".formatted(name, gib(flushed)));
    text.append("write amplification %5.2f  runs <= %d  ".formatted(writeAmplification(), maxRuns));
    text.append("stalls %d  pressure <= %.2f  ".formatted(stalls, maxPressure));
    text.append("slowdown %.2f  ".formatted(elapsed * flushBytes / flushed));
    text.append("compactions %d, largest %.1f GiB ".formatted(compactions, gib(largestCompaction)));
    for (int level = 0; level < shape().levels(); level++) {
      if (!shape().runs(level).isEmpty()) {
        int tables = shape().runs(level).stream().mapToInt(run -> run.tables().size()).sum();
        text.append(" L%d %.2f (%d)".formatted(level, gib(shape().bytes(level)), tables));
      }
    }
    return text.toString();
  }

  private static double gib(long bytes) {
    return bytes / (double) (1 << 30);
  }
}
