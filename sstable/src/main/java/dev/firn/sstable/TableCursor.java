package dev.firn.sstable;

import dev.firn.core.EntryBatch;
import dev.firn.core.InternalCursor;
import dev.firn.core.Prefetch;
import dev.firn.error.CorruptionException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over a table. It reads plain blocks in place in the mapped file, compressed blocks in
 * the block cache or, on request, in a buffer of its own. For a single pass over the whole table,
 * it reads ahead and uses neither map nor cache.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time.
 *
 * <p><b>Ownership.</b> The table must be held while the cursor is used. Values are views of the
 * mapped file, of a cached block that the cursor pins while it is in the block, or of the cursor's
 * own memory.
 */
public final class TableCursor extends BlockCursor {

  private static final int NONE = -1;

  private final ScratchPool scratches;
  private final CursorMemory memory;
  private final boolean fillCache;

  /** Not null in a cursor for a single pass. */
  private final @Nullable ReadAhead readAhead;

  /** Of a cursor for any moves, over tables that have outgrown the page cache. */
  private final ScanAhead scanAhead = new ScanAhead();

  /** Null while the cursor rests. */
  private @Nullable TableIndex index;

  private @Nullable CachedBlock pinned;

  /** Whether the block is read in the mapped file, whose memory stays valid. */
  private boolean inPlace;

  private int block = NONE;
  private long start;

  private boolean open = true;

  private TableCursor(TableIndex index, boolean fillCache, boolean sequential, CursorMemory m) {
    super(m);
    this.scratches = index.data().file().scratches();
    this.index = index;
    this.memory = m;
    this.fillCache = fillCache;
    this.readAhead = sequential ? scratches.takeReadAhead() : null;
  }

  static TableCursor open(TableIndex index, boolean fillCache, boolean sequential) {
    CursorMemory memory = index.data().file().scratches().takeCursorMemory();
    return new TableCursor(index, fillCache, sequential, memory);
  }

  /** Turns to another table of the store; the cursor is then on no entry. */
  void turnTo(TableIndex other) {
    unload();
    index = other;
    scanAhead.reset();
    if (readAhead != null) {
      readAhead.clear();
    }
  }

  /** Leaves the table, to be turned to another one later or to be closed. */
  public void rest() {
    unload();
    scanAhead.close(scratches);
    index = null;
  }

  /** The size of its own memory. */
  public long memoryBytes() {
    return memory.bytes();
  }

  private TableIndex index() {
    TableIndex seen = index;
    if (seen == null) {
      throw new IllegalStateException("open=" + open + " index=null");
    }
    return seen;
  }

  @Override
  public boolean first() {
    load(0);
    return firstInBlock();
  }

  @Override
  public boolean last() {
    load(index().blocks() - 1);
    return lastInBlock();
  }

  @Override
  public boolean seek(MemorySegment key, long offset, int length, long trailer) {
    load(find(key, offset, length, trailer));
    return seekInBlock(key, offset, length, trailer) || firstOfNextBlock();
  }

  @Override
  public boolean seekBefore(MemorySegment key, long offset, int length, long trailer) {
    load(find(key, offset, length, trailer));
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
  public void readForward(EntryBatch batch, @Nullable InternalCursor before) {
    assert isValid();
    readForwardInBlock(batch, before);
  }

  @Override
  public void readBackward(EntryBatch batch, @Nullable InternalCursor behind) {
    assert isValid();
    readBackwardInBlock(batch, behind);
  }

  @Override
  public boolean keepsValuesOnNext() {
    return inPlace || !isLastInBlock();
  }

  @Override
  public boolean keepsValuesOnPrev() {
    return inPlace || !isFirstInBlock();
  }

  /** Releases the current block and the cursor's memory. Idempotent. */
  @Override
  public void close() {
    if (open) {
      open = false;
      rest();
      scratches.giveBack(memory);
      if (readAhead != null) {
        scratches.giveBack(readAhead);
      }
    }
  }

  /** The number of the current block. */
  int block() {
    return block;
  }

  /** Finds the block of a key; prefetches the line's words and block offsets together. */
  private int find(MemorySegment key, long offset, int length, long trailer) {
    TableIndex table = index();
    long word = table.word(key, offset, length);
    int line = table.line(word);
    Prefetch.consume(table.prefetch(line));
    return table.find(line, word, key, offset, length, trailer);
  }

  private boolean firstOfNextBlock() {
    if (block + 1 >= index().blocks()) {
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
    if (wanted == block) {
      return;
    }
    TableIndex table = index();
    int before = block;
    unload();
    start = table.start(wanted);
    long end = table.end(wanted, start);
    inPlace = false;
    if (readAhead != null && ReadAhead.fits(start, end)) {
      loadAhead(table, readAhead, end, table.isCompressed(wanted));
    } else if (table.isCompressed(wanted) || !table.data().isInPlace(start, end)) {
      loadCached(table, wanted, before, end);
    } else {
      loadInPlace(table.data(), wanted, end);
    }
    block = wanted;
  }

  private void loadInPlace(TableBlocks blocks, int wanted, long end) {
    if (readAhead != null) {
      blocks.file().check(start, end);
    } else {
      blocks.check(wanted, start, end);
    }
    long content = end - start - TableFormat.TRAILER_BYTES;
    Prefetch.consume(BlockFormat.prefetch(blocks.map(), start, content));
    enter(blocks.map(), start, content);
    inPlace = true;
  }

  private void loadCached(TableIndex table, int wanted, int before, long end) {
    TableBlocks blocks = table.data();
    boolean compressed = table.isCompressed(wanted);
    CachedBlock cached = blocks.pinCached(wanted);
    if (cached == null) {
      ReadAhead ahead = blocks.isOutgrown() ? scanAhead(before, wanted, end) : null;
      if (ahead != null) {
        loadAhead(table, ahead, end, compressed);
        return;
      }
      if (!fillCache) {
        int length = blocks.read(start, end, compressed, memory.block());
        enter(memory.block().memory(), 0, length);
        return;
      }
      cached = blocks.pin(wanted, start, end, compressed);
    }
    pinned = cached;
    enter(cached.memory(), 0, cached.length());
  }

  private @Nullable ReadAhead scanAhead(int before, int wanted, long end) {
    ReadAhead ahead = scanAhead.next(before, wanted, scratches);
    return ReadAhead.fits(start, end) ? ahead : null;
  }

  private void loadAhead(TableIndex table, ReadAhead ahead, long end, boolean compressed) {
    TableFile file = table.data().file();
    int content = (int) (end - start) - TableFormat.TRAILER_BYTES;
    if (!compressed) {
      int at = file.load(start, end, table.dataEnd(), Codec.NONE, ahead);
      enter(ahead.memory(), at, content);
      return;
    }
    int at = file.load(start, end, table.dataEnd(), Codec.LZ4, ahead);
    NativeBuffer target = memory.block();
    int length = CompressedBlock.decompress(file, start, ahead.buffer(), at, content, target);
    enter(target.memory(), 0, length);
  }

  /** Leaves and releases the current block. */
  private void unload() {
    block = NONE;
    setInvalid();
    leave();
    CachedBlock held = pinned;
    if (held != null) {
      pinned = null;
      held.release();
    }
  }

  @Override
  CorruptionException malformed() {
    TableIndex table = index();
    unload();
    return table.data().file().malformed(start);
  }
}
