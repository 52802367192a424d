package dev.firn.version;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import dev.firn.sstable.Table;
import dev.firn.sstable.TableCursor;
import java.lang.foreign.MemorySegment;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over the tables of a run, one after the other. It has one table cursor, which it turns
 * to the next table at the end of each table; it opens or turns it when it is moved there, not
 * before. The cursor itself can be turned to another run.
 *
 * <p><b>Ownership.</b> Owns the table cursor. Its creator holds the run while it is not resting.
 */
public final class RunCursor extends InternalCursor {

  private static final int NONE = -1;

  /** Null while the cursor rests. */
  private @Nullable OpenRun run;

  private final Function<Table, TableCursor> opener;

  /** The index of the table that the table cursor is over. */
  private int at = NONE;

  private @Nullable TableCursor table;

  /**
   * @param run the run
   * @param opener opens the cursor over a table
   */
  RunCursor(OpenRun run, Function<Table, TableCursor> opener) {
    this.run = run;
    this.opener = opener;
  }

  /** A cursor that rests. */
  public RunCursor() {
    this.opener = Table::cursor;
  }

  /** Turns to another run of the store, from a resting position. */
  void turnTo(OpenRun other) {
    run = other;
  }

  /** Leaves the run, to be turned to another one later or to be closed. */
  public void rest() {
    setInvalid();
    at = NONE;
    run = null;
    TableCursor current = table;
    if (current != null) {
      current.rest();
    }
  }

  /** The size of its own memory. */
  public long memoryBytes() {
    TableCursor current = table;
    return current == null ? 0 : current.memoryBytes();
  }

  private OpenRun run() {
    OpenRun held = run;
    if (held == null) {
      throw new IllegalStateException("the cursor rests");
    }
    return held;
  }

  @Override
  public boolean first() {
    return take(open(0).first());
  }

  @Override
  public boolean last() {
    return take(open(run().size() - 1).last());
  }

  @Override
  public boolean seek(MemorySegment key, long offset, int length, long trailer) {
    OpenRun tables = run();
    int found = tables.firstEndingAtOrAfter(key, offset, length);
    if (found == tables.size()) {
      return setInvalid();
    }
    // The key may be the table's last key with a trailer after all entries of the table.
    return open(found).seek(key, offset, length, trailer) ? take(true) : enterNext();
  }

  @Override
  public boolean seekBefore(MemorySegment key, long offset, int length, long trailer) {
    OpenRun tables = run();
    int found = tables.firstEndingAtOrAfter(key, offset, length);
    if (found == tables.size()) {
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
    return at + 1 < run().size() ? take(open(at + 1).first()) : setInvalid();
  }

  private boolean enterPrevious() {
    return at > 0 ? take(open(at - 1).last()) : setInvalid();
  }

  private InternalCursor current() {
    InternalCursor current = table;
    if (current == null || !isValid()) {
      throw new IllegalStateException("the cursor is not on an entry");
    }
    return current;
  }

  private InternalCursor open(int wanted) {
    TableCursor current = table;
    if (current == null) {
      current = opener.apply(run().table(wanted));
      table = current;
    } else if (at != wanted) {
      at = NONE;
      run().table(wanted).turn(current);
    }
    at = wanted;
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
      at = NONE;
      setInvalid();
      current.close();
    }
  }
}
