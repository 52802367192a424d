package dev.firn.sstable;

import dev.firn.error.CorruptionException;
import java.lang.foreign.MemorySegment;

/**
 * A cursor over a table.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 *
 * <p><b>Ownership.</b> The table must be held while the cursor is used. Values are views of the
 * mapped file or of a block that the cursor pins while it stands in it.
 */
public final class TableCursor extends BlockCursor {

  private static final int NONE = -1;

  private final Table table;
  private final TableIndex index;
  private final CursorMemory memory;
  private int block = NONE;
  private long start;
  private boolean open = true;

  TableCursor(Table table, CursorMemory memory) {
    super(memory);
    this.table = table;
    this.index = table.index();
    this.memory = memory;
  }

  @Override
  public boolean first() {
    load(0);
    return firstInBlock();
  }

  @Override
  public boolean last() {
    load(index.blocks() - 1);
    return lastInBlock();
  }

  @Override
  public boolean seek(MemorySegment key, long offset, int length, long trailer) {
    load(index.find(key, offset, length, trailer));
    return seekInBlock(key, offset, length, trailer) || firstOfNextBlock();
  }

  @Override
  public boolean seekBefore(MemorySegment key, long offset, int length, long trailer) {
    load(index.find(key, offset, length, trailer));
    return seekBeforeInBlock(key, offset, length, trailer) || lastOfPreviousBlock();
  }

  @Override
  public boolean next() {
    assert isValid();
    return nextInBlock() || firstOfNextBlock();
  }

  @Override
  public boolean prev() {
    assert isValid();
    return prevInBlock() || lastOfPreviousBlock();
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      setInvalid();
      leave();
      table.giveBack(memory);
    }
  }

  private boolean firstOfNextBlock() {
    if (block + 1 >= index.blocks()) {
      return setInvalid();
    }
    load(block + 1);
    return firstInBlock();
  }

  private boolean lastOfPreviousBlock() {
    if (block == 0) {
      return setInvalid();
    }
    load(block - 1);
    return lastInBlock();
  }

  private void load(int wanted) {
    assert open;
    if (wanted == block) {
      return;
    }
    block = NONE;
    setInvalid();
    start = index.start(wanted);
    long end = index.end(wanted, start);
    table.check(wanted, start, end);
    enter(table.map(), start, end - start - TableFormat.TRAILER_BYTES);
    block = wanted;
  }

  @Override
  CorruptionException malformed() {
    block = NONE;
    setInvalid();
    return table.malformed(start);
  }
}
