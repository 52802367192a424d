package dev.firn.sstable;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import dev.firn.error.CorruptionException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A block cursor that has one block. */
final class OneBlock extends BlockCursor {

  static final Path FILE = Path.of("/block");

  OneBlock(MemorySegment block) {
    this(block, block.byteSize() - TableFormat.SLACK_BYTES);
  }

  OneBlock(MemorySegment block, long length) {
    super(new CursorMemory(Arena.ofAuto()));
    enter(block, 0, length);
  }

  @Override
  CorruptionException malformed() {
    return new CorruptionException(FILE, 0, "a block", "other bytes");
  }

  @Override
  public boolean first() {
    return firstInBlock();
  }

  @Override
  public boolean last() {
    return lastInBlock();
  }

  @Override
  public boolean seek(MemorySegment key, long offset, int length, long trailer) {
    return seekInBlock(key, offset, length, trailer) || setInvalid();
  }

  @Override
  public boolean seekBefore(MemorySegment key, long offset, int length, long trailer) {
    return seekBeforeInBlock(key, offset, length, trailer) || setInvalid();
  }

  @Override
  public boolean next() {
    return nextInBlock() || setInvalid();
  }

  @Override
  public boolean prev() {
    return prevInBlock() || setInvalid();
  }

  @Override
  public void readForward(EntryBatch batch, @Nullable InternalCursor before) {
    readForwardInBlock(batch, before);
  }

  @Override
  public void readBackward(EntryBatch batch, @Nullable InternalCursor behind) {
    readBackwardInBlock(batch, behind);
  }

  @Override
  public void close() {
    leave();
  }
}
