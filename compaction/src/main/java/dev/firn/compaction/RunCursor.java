package dev.firn.compaction;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import dev.firn.sstable.Table;
import java.lang.foreign.MemorySegment;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over the tables of a run, one after the other. A table's cursor is opened when this gets
 * there and closed when it leaves.
 *
 * <p><b>Ownership.</b> Owns the current table's cursor; the run is kept by whoever made this.
 */
final class RunCursor extends InternalCursor {

  private final OpenRun run;
  private final Function<Table, InternalCursor> opener;
  private int place = -1;
  private @Nullable InternalCursor table;

  /**
   * @param opener opens the cursor over a table
   */
  RunCursor(OpenRun run, Function<Table, InternalCursor> opener) {
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
    InternalCursor current = table;
    if (current != null && place == wanted) {
      return current;
    }
    close();
    InternalCursor opened = opener.apply(run.table(wanted));
    table = opened;
    place = wanted;
    return opened;
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
      place = -1;
      setInvalid();
      current.close();
    }
  }
}
