package dev.firn.version;

import dev.firn.core.EntryRef;
import dev.firn.core.HitPredictor;
import dev.firn.core.InternalCursor;
import dev.firn.core.RefCounted;
import dev.firn.sstable.Table;
import dev.firn.sstable.TableCursor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Function;

/**
 * A run with its tables open. Versions that contain the same run share one instance.
 *
 * <p><b>Threading.</b> Any thread may read.
 *
 * <p><b>Ownership.</b> Holds one reference to each table. The creator holds the first reference to
 * this run; every version that contains it holds one.
 */
public final class OpenRun extends RefCounted {

  private final Run run;
  private final Table[] tables;
  private final RunIndex index;

  /**
   * @param tables the open tables, in the order of {@code run}; takes over one reference to each
   */
  public OpenRun(Run run, List<Table> tables) {
    assert run.tables().size() == tables.size();
    this.run = run;
    this.tables = tables.toArray(Table[]::new);
    this.index = new RunIndex(run.tables());
  }

  /** The run's metadata. */
  public Run run() {
    return run;
  }

  /** The table at an index of the run. */
  Table table(int index) {
    return tables[index];
  }

  int size() {
    return tables.length;
  }

  /** Loads what {@link #get} reads first, if the run is a single table. */
  long prefetch(long hash) {
    return tables.length == 1 ? tables[0].prefetch(hash) : 0;
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
    if (tables.length == 1) {
      // The filter rejects more keys than the key range does.
      return tables[0].get(key, offset, length, hash, trailer, out);
    }
    // Runs of several tables are the large ones, which hold most of the keys.
    int at = index.firstEndingAtOrAfter(key, offset, length);
    if (at == tables.length || !index.startsAtOrBefore(at, key, offset, length)) {
      return false;
    }
    Table table = tables[at];
    if (last && predictor.isHitCertain()) {
      return table.getUnfiltered(key, offset, length, trailer, out);
    }
    return predictor.isHitLikely()
        ? table.getExpected(key, offset, length, hash, trailer, out)
        : table.get(key, offset, length, hash, trailer, out);
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
    for (Table table : tables) {
      table.verify(bytes -> {});
    }
  }

  private InternalCursor cursor(Function<Table, TableCursor> opener) {
    return tables.length == 1 ? opener.apply(tables[0]) : new RunCursor(tables, index, opener);
  }

  @Override
  protected void free() {
    for (Table table : tables) {
      table.release();
    }
  }

  @Override
  public String toString() {
    return run.toString();
  }
}
