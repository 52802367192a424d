package dev.firn.version;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import dev.firn.sstable.Table;
import dev.firn.sstable.TableCursor;
import java.lang.foreign.MemorySegment;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over the tables of a run, one after the other: one table's cursor, which is turned to
 * the next table when this gets there.
 *
 * <p><b>Ownership.</b> Owns the table's cursor; the run is kept by whoever made this.
 */
final class RunCursor extends InternalCursor {

  private static final int NONE = -1;

  private final OpenRun run;
  private final Function<Table, TableCursor> opener;
  private int place = NONE;
  private @Nullable TableCursor table;

  /**
   * @param opener opens the cursor over a table
   */
  RunCursor(OpenRun run, Function<Table, TableCursor> opener) {
    this.run = run;
    this.opener = opener;
  }

  @Override
  public boolean first() {
    return take(open(0).first());
  }

  @Override
  public boolean last() {
    return take(open(run.size() - 1).last());
  }

  @Override
  public boolean seek(MemorySegment key, long offset, int length, long trailer) {
    int found = run.index().firstEndingAtOrAfter(key, offset, length);
    if (found == run.size()) {
      return setInvalid();
    }
    // The key may be a table's last one with a trailer behind all of its entries there.
    return open(found).seek(key, offset, length, trailer) ? take(true) : enterNext();
  }

  @Override
  public boolean seekBefore(MemorySegment key, long offset, int length, long trailer) {
    int found = run.index().firstEndingAtOrAfter(key, offset, length);
    if (found == run.size()) {
      return last();
    }
    return open(found).seekBefore(key, offset, length, trailer) ? take(true) : enterPrevious();
  }

  @Override
  public boolean next() {
    InternalCursor current = current();
    return current.next() ? setFrom(current) : enterNext();
  }

  @Override
  public boolean prev() {
    InternalCursor current = current();
    return current.prev() ? setFrom(current) : enterPrevious();
  }

  @Override
  public void readForward(EntryBatch batch, @Nullable InternalCursor before) {
    InternalCursor current = current();
    current.readForward(batch, before);
    setFrom(current);
  }

  @Override
  public void readBackward(EntryBatch batch, @Nullable InternalCursor behind) {
    InternalCursor current = current();
    current.readBackward(batch, behind);
    setFrom(current);
  }

  @Override
  public boolean keepsValuesOnNext() {
    return current().keepsValuesOnNext();
  }

  @Override
  public boolean keepsValuesOnPrev() {
    return current().keepsValuesOnPrev();
  }

  private boolean enterNext() {
    return place + 1 < run.size() ? take(open(place + 1).first()) : setInvalid();
  }

  private boolean enterPrevious() {
    return place > 0 ? take(open(place - 1).last()) : setInvalid();
  }

  private InternalCursor current() {
    InternalCursor current = table;
    if (current == null || !isValid()) {
      throw new IllegalStateException("the cursor stands on no entry");
    }
    return current;
  }

  private InternalCursor open(int wanted) {
    TableCursor current = table;
    if (current == null) {
      current = opener.apply(run.table(wanted));
      table = current;
    } else if (place != wanted) {
      place = NONE;
      run.table(wanted).turn(current);
    }
    place = wanted;
    return current;
  }

  private boolean take(boolean valid) {
    InternalCursor current = table;
    return (valid && current != null) ? setFrom(current) : setInvalid();
  }

  @Override
  public void close() {
    InternalCursor current = table;
    if (current != null) {
      table = null;
      place = NONE;
      setInvalid();
      current.close();
    }
  }
}
