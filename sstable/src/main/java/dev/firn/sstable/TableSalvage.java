package dev.firn.sstable;

import dev.firn.core.ValueKind;
import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.ReadFile;
import dev.firn.core.range.RangeTombstones;
import dev.firn.error.CorruptionException;
import dev.firn.error.FirnException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is readable of a damaged table: every data block whose checksum is right. The blocks
 * are found through the index, or by their checksums if the index is damaged too.
 *
 * <p><b>Threading.</b> Belongs to one thread; used once.
 */
public final class TableSalvage {

  /** Receives the readable entries in ascending order. */
  public interface Sink {

    /** Receives an entry, whose memory is valid during the call. */
    void entry(
        MemorySegment key,
        long keyOffset,
        int keyLength,
        long trailer,
        MemorySegment value,
        long valueOffset,
        long valueLength);

    /** Receives the range tombstones, if there are any, before the entries. */
    default void ranges(RangeTombstones ranges) {}
  }

  /**
   * A part of the table that cannot be read. Entries of both bounding keys may be lost, too.
   *
   * @param offset where it starts in the file
   * @param from the key before it; null if nothing before it is readable
   * @param to the key after it; null if nothing after it is readable
   */
  public record Gap(long offset, byte @Nullable [] from, byte @Nullable [] to) {}

  private final TableFile file;
  private final Sink sink;
  private final List<Gap> gaps = new ArrayList<>();
  private final BlockCache cache;
  private final ReadScratch scratch;
  private final NativeBuffer decompressed;
  private final SalvagedBlock block;
  private byte @Nullable [] lastKey;
  private long lastTrailer;

  /** Where the unread part before the next block starts; -1 if there is none. */
  private long gapAt = -1;

  private TableSalvage(TableFile file, BlockCache cache, Arena arena, Sink sink) {
    this.file = file;
    this.cache = cache;
    this.sink = sink;
    this.scratch = new ReadScratch(arena);
    this.decompressed = new NativeBuffer(arena, 4096);
    this.block = new SalvagedBlock(file, arena);
  }

  /**
   * Reads a table.
   *
   * @param id the table's id, for a table whose footer is damaged; 0 if it is not known
   * @param sink receives the entries
   * @return what cannot be read
   */
  public static List<Gap> read(
      FileSystem fileSystem, Path directory, long number, long id, Sink sink) {
    try (ReadFile opened = fileSystem.openRead(FileName.table(directory, number));
        Arena arena = Arena.ofShared();
        BlockCache cache = new BlockCache(0)) {
      TableFile file = new TableFile(new CopiedFile(opened, arena), number, cache.scratches());
      TableSalvage salvage = new TableSalvage(file, cache, arena, sink);
      salvage.run(id);
      return List.copyOf(salvage.gaps);
    }
  }

  private void run(long id) {
    Footer footer = footer();
    long known = footer == null ? id : footer.id();
    if (footer != null && id != 0 && footer.id() != id) {
      gapAt = 0; // another table of that number
    } else {
      file.setId(known);
      if (footer != null && footer.hasRanges()) {
        readRanges(footer);
      }
      TableIndex index = footer == null ? null : index(footer);
      if (index != null) {
        readIndexed(index);
      } else {
        long end = footer == null ? file.size() : footer.filter();
        scan(new SectionScan(file.map(), end, file.number() ^ known), end, footer != null);
      }
    }
    if (gapAt >= 0) {
      gaps.add(new Gap(gapAt, lastKey, null));
    }
  }

  private @Nullable Footer footer() {
    try {
      return Footer.read(file, scratch);
    } catch (FirnException e) {
      return null;
    }
  }

  private @Nullable TableIndex index(Footer footer) {
    try {
      TableProperties properties = TableProperties.read(file, footer, scratch);
      long end = footer.ranges();
      file.check(footer.index(), end);
      TableIndex index =
          new TableIndex(
              new TableBlocks(file, cache, properties.blocks()),
              new SectionMemory(file.map(), 0),
              footer.index(),
              end - TableFormat.TRAILER_BYTES,
              footer.filter(),
              properties.blocks(),
              properties.sharedBytes());
      index.verify();
      return index;
    } catch (FirnException e) {
      return null;
    }
  }

  private void readRanges(Footer footer) {
    try {
      sink.ranges(RangeSection.read(file, footer));
    } catch (CorruptionException e) {
      // What they deleted is unknown, and was in the whole table's range.
      gaps.add(new Gap(footer.ranges(), null, null));
    }
  }

  private void readIndexed(TableIndex index) {
    for (int i = 0; i < index.blocks(); i++) {
      long start = index.start(i);
      Codec codec = index.isCompressed(i) ? Codec.LZ4 : Codec.NONE;
      if (!readBlock(start, index.end(i, start), codec)) {
        beginGap(start);
      }
    }
  }

  /**
   * @param toTheEnd whether there are blocks up to the limit, so that what follows the last
   *     readable one is lost
   */
  private void scan(SectionScan scan, long limit, boolean toTheEnd) {
    for (long at = 0; at < limit; ) {
      long end = scan.end(at);
      if (end < 0) {
        beginGap(at);
        at = scan.nextStart(at);
        if (at < 0) {
          return;
        }
      } else if (readBlock(at, end, scan.codec(end))) {
        at = end;
      } else if (toTheEnd) {
        beginGap(at);
        at = end;
      } else {
        return; // the filter or the index: all blocks were read
      }
    }
  }

  private void beginGap(long at) {
    gapAt = gapAt < 0 ? at : gapAt;
  }

  /** Passes a block's entries on; false if it is damaged. */
  private boolean readBlock(long start, long end, Codec codec) {
    try {
      load(start, end, codec);
      checkOrder();
    } catch (CorruptionException e) {
      return false;
    }
    block.first();
    if (gapAt >= 0) {
      gaps.add(
          new Gap(
              gapAt,
              lastKey,
              TableMetadata.copyKey(block.key(), block.keyOffset(), block.keyLength())));
      gapAt = -1;
    }
    for (boolean more = true; more; ) {
      sink.entry(
          block.key(),
          block.keyOffset(),
          block.keyLength(),
          block.trailer(),
          block.value(),
          block.valueOffset(),
          block.valueLength());
      lastTrailer = block.trailer();
      lastKey = TableMetadata.copyKey(block.key(), block.keyOffset(), block.keyLength());
      more = block.next();
    }
    return true;
  }

  private void load(long start, long end, Codec codec) {
    long content = end - start - TableFormat.TRAILER_BYTES;
    if (codec == Codec.NONE) {
      file.check(start, end);
      block.load(start, file.map(), start, content);
    } else {
      if (!CompressedBlock.isPlausible(end - start)) {
        throw file.malformed(start);
      }
      file.load(start, end, Codec.LZ4, scratch);
      int length =
          CompressedBlock.decompress(file, start, scratch.buffer(), 0, (int) content, decompressed);
      block.load(start, decompressed.memory(), 0, length);
    }
  }

  /** Checks that the entries ascend, also from the preceding block. */
  private void checkOrder() {
    byte[] last = lastKey;
    long trailer = lastTrailer;
    for (boolean more = block.first(); more; more = block.next()) {
      byte[] key = TableMetadata.copyKey(block.key(), block.keyOffset(), block.keyLength());
      int order = last == null ? -1 : Arrays.compareUnsigned(last, key);
      boolean ascends =
          order < 0 || (order == 0 && Long.compareUnsigned(block.trailer(), trailer) < 0);
      if (!ascends || !ValueKind.isInTables(block.trailer())) {
        throw block.malformed();
      }
      last = key;
      trailer = block.trailer();
    }
  }
}
