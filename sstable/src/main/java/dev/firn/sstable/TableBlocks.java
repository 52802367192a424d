package dev.firn.sstable;

import dev.firn.core.EntryRef;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The data blocks of an open table: which ones were checked, and which ones are in the cache.
 *
 * <p><b>Threading.</b> Any thread that holds the table may call.
 */
final class TableBlocks {

  private final TableFile file;
  private final BlockCache cache;
  private final TableResidency residency;
  private final BitMap checked;
  private final int blocks;

  /** Created when the first compressed block is read. */
  private volatile @Nullable BlockSlots slots;

  TableBlocks(TableFile file, BlockCache cache, int blocks) {
    this.file = file;
    this.cache = cache;
    this.residency = cache.residency();
    this.blocks = blocks;
    this.checked = new BitMap(blocks);
  }

  TableFile file() {
    return file;
  }

  /** Whether a block can be searched without a read of the file, as far as is known. */
  boolean isAtHand(int block, boolean compressed) {
    if (!compressed && !residency.isOutgrown()) {
      return checked.contains(block);
    }
    BlockSlots made = slots;
    return made != null && made.get(block) != null;
  }

  /** Checks a plain block unless it was checked before; it may then be read in place. */
  void check(int block, long start, long end) {
    if (!checked.contains(block)) {
      file.check(start, end);
      checked.add(block);
    }
  }

  /**
   * Whether a plain block is read in place, after {@link #check}. Otherwise it is read into the
   * block cache: {@link #pin}. A large one is never: it would push out many others.
   */
  boolean isInPlace(long start, long end) {
    return !residency.isOutgrown() || !ReadAhead.fits(start, end);
  }

  /**
   * Finds the newest entry of exactly this key at or below a trailer in a block.
   *
   * @param out points at the entry if there is one, and may then pin memory until it is released
   * @return whether there is one
   */
  boolean get(
      TableIndex index,
      int block,
      MemorySegment key,
      long offset,
      int length,
      long trailer,
      EntryRef out) {
    long start = index.start(block);
    long end = index.end(block, start);
    boolean compressed = index.isCompressed(block);
    if (compressed || !isInPlace(start, end)) {
      CachedBlock cached = pin(block, start, end, compressed);
      return getCached(cached, start, key, offset, length, trailer, out);
    }
    check(block, start, end);
    long content = end - start - TableFormat.TRAILER_BYTES;
    int found = BlockSearch.get(map(), start, content, key, offset, length, trailer, out);
    if (found < 0) {
      throw file.malformed(start);
    }
    return found == BlockSearch.FOUND;
  }

  private boolean getCached(
      CachedBlock block,
      long start,
      MemorySegment key,
      long offset,
      int length,
      long trailer,
      EntryRef out) {
    int found =
        BlockSearch.get(block.memory(), 0, block.length(), key, offset, length, trailer, out);
    if (found == BlockSearch.FOUND) {
      out.pin(block);
      return true;
    }
    block.release();
    if (found < 0) {
      throw file.malformed(start);
    }
    return false;
  }

  /** Whether the tables have outgrown the page cache. */
  boolean isOutgrown() {
    return residency.isOutgrown();
  }

  /** Has every plain block checked again before its next use. */
  void uncheckAll() {
    checked.clear();
  }

  /** Marks a plain block as checked. */
  void setChecked(int block) {
    checked.add(block);
  }

  /** Begins to read a block into the page cache, unless it is in the block cache. */
  void prefetch(int block, long start, long end) {
    BlockSlots made = slots;
    if (made == null || made.get(block) == null) {
      file.prefetch(start, end);
    }
  }

  /** Checks a compressed block without decompressing it. */
  void checkCompressed(long start, long end) {
    ReadScratch scratch = file.scratches().takeScratch();
    try {
      load(start, end, scratch);
    } finally {
      file.scratches().giveBack(scratch);
    }
  }

  /** A block from the cache, with a reference for the caller; or null. */
  @Nullable CachedBlock pinCached(int block) {
    BlockSlots made = slots;
    return made == null ? null : made.pin(block);
  }

  /** A block from the cache, added if need be, with a reference for the caller. */
  CachedBlock pin(int block, long start, long end, boolean compressed) {
    CachedBlock cached = pinCached(block);
    if (cached != null) {
      return cached;
    }
    return compressed ? decompress(block, start, end) : copy(block, start, end);
  }

  /** Reads a plain block, which is checked each time that it comes from the file. */
  private CachedBlock copy(int block, long start, long end) {
    ReadScratch scratch = file.scratches().takeScratch();
    try {
      int content = file.load(start, end, Codec.NONE, scratch);
      BlockMemory memory = cache.allocate(content + TableFormat.SLACK_BYTES);
      CachedBlock copied = new CachedBlock(slots(), block, memory, content);
      boolean done = false;
      try {
        memory.bytes().put(0, scratch.buffer().bytes().clear(), 0, content);
        done = true;
      } finally {
        if (!done) {
          copied.release();
        }
      }
      return cache.add(copied);
    } finally {
      file.scratches().giveBack(scratch);
    }
  }

  private CachedBlock decompress(int block, long start, long end) {
    ReadScratch scratch = file.scratches().takeScratch();
    try {
      int content = load(start, end, scratch);
      int length = CompressedBlock.length(file, start, scratch.buffer(), 0, content);
      BlockMemory memory = cache.allocate(length + TableFormat.SLACK_BYTES);
      CachedBlock decompressed = new CachedBlock(slots(), block, memory, length);
      boolean done = false;
      try {
        CompressedBlock.decompress(
            file, start, scratch.buffer(), 0, content, memory.bytes(), length);
        done = true;
      } finally {
        if (!done) {
          decompressed.release();
        }
      }
      return cache.add(decompressed);
    } finally {
      file.scratches().giveBack(scratch);
    }
  }

  /** Reads a block without using the cache; returns its length. */
  int read(long start, long end, boolean compressed, NativeBuffer target) {
    ReadScratch scratch = file.scratches().takeScratch();
    try {
      if (!compressed) {
        int content = file.load(start, end, Codec.NONE, scratch);
        MemorySegment.copy(
            scratch.memory(), 0, target.ensure(content + TableFormat.SLACK_BYTES, 0), 0, content);
        return content;
      }
      int content = load(start, end, scratch);
      return CompressedBlock.decompress(file, start, scratch.buffer(), 0, content, target);
    } finally {
      file.scratches().giveBack(scratch);
    }
  }

  /** The mapped file. */
  MemorySegment map() {
    return file.map();
  }

  /** Removes the table's blocks from the cache. */
  void close() {
    BlockSlots made = slots;
    if (made != null) {
      cache.drop(made);
    }
  }

  private int load(long start, long end, ReadScratch scratch) {
    if (!CompressedBlock.isPlausible(end - start)) {
      throw file.corrupt(start, "a compressed block", (end - start) + " bytes");
    }
    return file.load(start, end, Codec.LZ4, scratch);
  }

  private BlockSlots slots() {
    BlockSlots made = slots;
    if (made == null) {
      synchronized (this) {
        made = slots;
        if (made == null) {
          made = new BlockSlots(blocks);
          slots = made;
        }
      }
    }
    return made;
  }
}
