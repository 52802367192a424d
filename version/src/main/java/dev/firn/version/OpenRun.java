package dev.firn.version;

import dev.firn.core.EntryRef;
import dev.firn.core.HitPredictor;
import dev.firn.core.InternalCursor;
import dev.firn.core.KeyGroup;
import dev.firn.core.RefCounted;
import dev.firn.core.range.RangeSource;
import dev.firn.sstable.GroupSearch;
import dev.firn.sstable.Table;
import dev.firn.sstable.TableCursor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A run with its tables. Versions that contain the same run share one instance.
 *
 * <p><b>Threading.</b> Any thread may read.
 *
 * <p><b>Ownership.</b> Holds one reference to each part, and so to each table. The creator holds
 * the first reference to this run; every version that contains it holds one.
 */
public final class OpenRun extends RefCounted {

  private final Run run;
  private final OpenPart[] parts;

  /** The parts if there are several, otherwise null. */
  private final OpenPart @Nullable [] many;

  /** The only table of a run of one table. */
  private final @Nullable Table single;

  /** The tables of the first part. */
  private final Table[] tables;

  /** Null if no table has range tombstones. */
  private final @Nullable RunRanges ranges;

  /** The index of the only part's tables, or of several parts. */
  private final RunIndex index;

  /**
   * @param tables the tables, in the order of {@code run}; takes over one reference to each
   */
  public OpenRun(Run run, List<Table> tables) {
    this(run, parts(run, tables));
  }

  private static OpenPart[] parts(Run run, List<Table> tables) {
    assert run.size() == tables.size();
    OpenPart[] parts = new OpenPart[run.parts()];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = new OpenPart(run.part(i), tables.subList(run.start(i), run.start(i + 1)));
    }
    return parts;
  }

  /**
   * @param parts the parts of {@code run}; takes over one reference to each
   */
  OpenRun(Run run, OpenPart[] parts) {
    this.run = run;
    this.parts = parts;
    this.many = parts.length > 1 ? parts : null;
    this.tables = parts[0].tables();
    this.index = parts.length > 1 ? RunIndex.ofParts(run) : parts[0].index();
    this.single = run.size() == 1 ? tables[0] : null;
    this.ranges = ranges(parts);
  }

  private static @Nullable RunRanges ranges(OpenPart[] parts) {
    List<Table> found = new ArrayList<>();
    for (OpenPart part : parts) {
      for (Table table : part.part().hasRanges() ? part.tables() : new Table[0]) {
        if (table.metadata().rangeDeletions() > 0) {
          found.add(table);
        }
      }
    }
    return found.isEmpty() ? null : new RunRanges(found);
  }

  /** The range tombstones of the run; null if there are none. */
  @Nullable RangeSource ranges() {
    return ranges;
  }

  /** The run's metadata. */
  public Run run() {
    return run;
  }

  /** The open parts, in the order of the run's. */
  OpenPart[] parts() {
    return parts;
  }

  /** The table at an index of the run. */
  Table table(int at) {
    if (many == null) {
      return tables[at];
    }
    int part = run.partOf(at);
    return parts[part].tables()[at - run.start(part)];
  }

  int size() {
    return run.size();
  }

  /** Loads what {@link #get} reads first, if the run is a single table. */
  long prefetch(long hash) {
    Table only = single;
    return only != null ? only.prefetch(hash) : 0;
  }

  /** The first table whose last key is at or after a key; the table count if none is. */
  int firstEndingAtOrAfter(MemorySegment key, long offset, int length) {
    int at = index.firstEndingAtOrAfter(key, offset, length);
    OpenPart[] several = many;
    if (several == null) {
      return at;
    }
    return at == several.length
        ? size()
        : run.start(at) + several[at].index().firstEndingAtOrAfter(key, offset, length);
  }

  /**
   * Finds the newest entry of a key at or before a trailer in this run.
   *
   * @param last whether this is the last run to search
   */
  boolean get(
      MemorySegment key,
      long offset,
      int length,
      long hash,
      long trailer,
      boolean last,
      HitPredictor predictor,
      EntryRef out) {
    Table only = single;
    if (only != null) {
      // The filter rejects more keys than the key range does.
      return only.get(key, offset, length, hash, trailer, out);
    }
    // Runs of several tables are the large ones, which hold most of the keys.
    Table table = holder(key, offset, length);
    if (table == null) {
      return false;
    }
    if (last && predictor.isHitCertain()) {
      return table.getUnfiltered(key, offset, length, trailer, out);
    }
    return predictor.isHitLikely()
        ? table.getExpected(key, offset, length, hash, trailer, out)
        : table.get(key, offset, length, hash, trailer, out);
  }

  /**
   * Whether a table may have keys of a range, from the lower bound on and before the upper one, or
   * range tombstones.
   */
  boolean meets(MemorySegment lower, int lowerLength, MemorySegment upper, int upperLength) {
    if (ranges != null) {
      return true;
    }
    int at = index.firstEndingAtOrAfter(lower, 0, lowerLength);
    RunIndex bounds = index;
    OpenPart[] several = many;
    if (several != null && at < several.length) {
      bounds = several[at].index();
      at = bounds.firstEndingAtOrAfter(lower, 0, lowerLength);
    }
    return at < bounds.size() && bounds.startsBefore(at, upper, 0, upperLength);
  }

  /**
   * Finds the newest visible entries of the open keys of a group.
   *
   * @param filtered whether to consult the filters
   */
  void getAll(KeyGroup group, GroupSearch search, boolean filtered) {
    Table only = single;
    for (int keys = group.open(); keys != 0; keys &= keys - 1) {
      int at = Integer.numberOfTrailingZeros(keys);
      Table table =
          only != null ? only : holder(group.memory(), group.offset(at), group.length(at));
      if (table != null && table.hasRanges()) {
        getCovered(table, group, at);
      } else if (table != null) {
        search.add(at, table);
      }
    }
    search.run(group, filtered);
  }

  /** A range tombstone may cover a key that the table's filter excludes. */
  private static void getCovered(Table table, KeyGroup group, int at) {
    MemorySegment key = group.memory();
    long hash = group.hash(at);
    if (table.get(
        key, group.offset(at), group.length(at), hash, group.trailer(), group.entry(at))) {
      group.found(at);
    }
  }

  /** Of several tables, the one whose key range a key is in; null if there is none. */
  private @Nullable Table holder(MemorySegment key, long offset, int length) {
    RunIndex bounds = index;
    Table[] members = tables;
    int at = bounds.firstEndingAtOrAfter(key, offset, length);
    OpenPart[] several = many;
    if (several != null) {
      if (at == several.length) {
        return null;
      }
      bounds = several[at].index();
      members = several[at].tables();
      at = bounds.firstEndingAtOrAfter(key, offset, length);
    }
    if (at == members.length || !bounds.startsAtOrBefore(at, key, offset, length)) {
      return null;
    }
    return members[at];
  }

  /** A cursor over the run. Its owner keeps a reference to this run until it closes the cursor. */
  InternalCursor cursor() {
    return cursor(Table::cursor);
  }

  /** A cursor for one pass from the first entry to the last, see {@link Table#sequentialCursor}. */
  public InternalCursor sequentialCursor() {
    return cursor(Table::sequentialCursor);
  }

  /** Verifies each table, see {@link Table#verify}. */
  public void verify() {
    for (OpenPart part : parts) {
      for (Table table : part.tables()) {
        table.verify(bytes -> {});
      }
    }
  }

  private InternalCursor cursor(Function<Table, TableCursor> opener) {
    Table only = single;
    return only != null ? opener.apply(only) : new RunCursor(this, opener);
  }

  @Override
  protected void free() {
    for (OpenPart part : parts) {
      part.release();
    }
  }

  @Override
  public String toString() {
    return run.toString();
  }
}
