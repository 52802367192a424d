package dev.firn.sstable;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import dev.firn.error.CorruptionException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over one data block in memory, which moves forward only.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class SalvagedBlock extends BlockCursor {

  private final TableFile file;
  private long start;

  SalvagedBlock(TableFile file, Arena arena) {
    super(new CursorMemory(arena));
    this.file = file;
  }

  /**
   * Enters a block whose checksum is right, and checks its structure.
   *
   * @param start the block's place in the file
   */
  void load(long start, MemorySegment memory, long offset, long length) {
    this.start = start;
    enter(memory, offset, length);
    verifyBlock();
  }

  @Override
  CorruptionException malformed() {
    leave();
    return file.malformed(start);
  }

  @Override
  public boolean first() {
    return firstInBlock();
  }

  @Override
  public boolean next() {
    return nextInBlock() || setInvalid();
  }

  @Override
  public boolean last() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean prev() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean seek(MemorySegment key, long offset, int length, long trailer) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean seekBefore(MemorySegment key, long offset, int length, long trailer) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void readForward(EntryBatch batch, @Nullable InternalCursor before) {
    readForwardInBlock(batch, before);
  }

  @Override
  public void readBackward(EntryBatch batch, @Nullable InternalCursor behind) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    leave();
  }
}
