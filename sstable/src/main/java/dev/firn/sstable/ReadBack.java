package dev.firn.sstable;

import dev.firn.core.file.FaultBarrier;
import dev.firn.error.StorageException;
import java.lang.foreign.MemorySegment;

/**
 * Reads and checks all data blocks of a table that was just written. If the tables fit into the
 * page cache, it prefetches the pages that will be read in place, so that later readers do neither.
 *
 * <p><b>Threading.</b> Belongs to one thread, which holds the table.
 */
final class ReadBack {

  private final TableFile file;
  private final TableIndex index;
  private final TableBlocks blocks;
  private final MemorySegment map;
  private final boolean inPlace;

  ReadBack(TableIndex index) {
    this.file = index.data().file();
    this.index = index;
    this.blocks = index.data();
    this.map = file.map();
    this.inPlace = !blocks.isOutgrown();
  }

  void run() {
    ReadAhead ahead = file.scratches().takeReadAhead();
    try {
      for (int block = 0; block < index.blocks(); block++) {
        read(block, ahead);
      }
      if (inPlace) {
        // Index and filter.
        FaultBarrier.loadPages(map, index.dataEnd(), map.byteSize());
      }
    } catch (InternalError e) {
      throw new StorageException(file.path(), "cannot be read in place", e);
    } finally {
      file.scratches().giveBack(ahead);
    }
  }

  private void read(int block, ReadAhead ahead) {
    long start = index.start(block);
    long end = index.end(block, start);
    boolean compressed = index.isCompressed(block);
    if (ReadAhead.fits(start, end)) {
      file.load(start, end, index.dataEnd(), compressed ? Codec.LZ4 : Codec.NONE, ahead);
    } else if (compressed) {
      blocks.checkCompressed(start, end);
    } else {
      file.check(start, end);
    }
    if (!compressed) {
      blocks.setChecked(block);
      if (inPlace) {
        FaultBarrier.loadPages(map, start, end);
      }
    }
  }
}
