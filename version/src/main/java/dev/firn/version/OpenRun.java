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
 * A run with its tables open. Versions that have the run in common share this.
 *
 * <p><b>Threading.</b> Any thread may read.
 *
 * <p><b>Ownership.</b> Holds one reference to each table. The creator holds the first reference to
 * this, every version that it is part of one.
 */
public final class OpenRun extends RefCounted {

  private final Run run;
  private final Table[] tables;
  private final RunIndex index;

  /**
   * @param tables the open tables in the order of {@code run}; takes over one reference to each
   */
  public OpenRun(Run run, List<Table> tables) {
    assert run.tables().size() == tables.size();
    this.run = run;
    this.tables = tables.toArray(Table[]::new);
    this.index = new RunIndex(run.tables());
  }

  public Run run() {
    return run;
  }

  /** The table at a place of the run. */
  Table table(int place) {
    return tables[place];
  }

  int size() {
    return tables.length;
  }

  RunIndex index() {
    return index;
  }

  /** As {@link Version#prefetch}, in this run alone. */
  long prefetch(long hash) {
    return tables.length == 1 ? tables[0].prefetch(hash) : 0;
  }

  /**
   * As {@link Version#get}, in this run alone.
   *
   * @param last whether there is no other run left to look into
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
      // Its filter says more than its first and last key.
      return tables[0].get(key, offset, length, hash, trailer, out);
    }
    // A run of many tables is one of the large ones, where most of the keys are.
    int place = index.firstEndingAtOrAfter(key, offset, length);
    if (place == tables.length || !index.startsAtOrBefore(place, key, offset, length)) {
      return false;
    }
    Table table = tables[place];
    if (last && predictor.isHitCertain()) {
      return table.getUnfiltered(key, offset, length, trailer, out);
    }
    return predictor.isHitLikely()
        ? table.getExpected(key, offset, length, hash, trailer, out)
        : table.get(key, offset, length, hash, trailer, out);
  }

  /** A cursor over the run; whoever closes it keeps a reference to this until then. */
  InternalCursor cursor() {
    return cursor(Table::cursor);
  }

  /** As {@link #cursor}, to be read once, from its first entry to its last. */
  public InternalCursor sequentialCursor() {
    return cursor(Table::sequentialCursor);
  }

  /** As {@link Table#verify}, for each table. */
  public void verify() {
    for (Table table : tables) {
      table.verify(bytes -> {});
    }
  }

  private InternalCursor cursor(Function<Table, TableCursor> opener) {
    return tables.length == 1 ? opener.apply(tables[0]) : new RunCursor(this, opener);
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
