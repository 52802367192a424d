package dev.firn.sstable;

import dev.firn.core.file.FaultBarrier;
import dev.firn.core.range.RangeTombstones;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.ReadFile;
import dev.firn.error.CorruptionException;
import java.nio.file.Path;

/**
 * The open file of a table, with footer and properties, which are checked.
 *
 * <p><b>Threading.</b> Any thread may call. <b>Ownership.</b> Owns the file.
 */
final class OpenTable implements AutoCloseable {

  private final TableFile file;
  private final Footer footer;
  private final TableProperties properties;
  private final TableBlocks blocks;

  private OpenTable(TableFile file, Footer footer, TableProperties properties, BlockCache cache) {
    this.file = file;
    this.footer = footer;
    this.properties = properties;
    this.blocks = new TableBlocks(file, cache, properties.blocks());
  }

  /**
   * Opens the file of the table that the metadata describes.
   *
   * @throws CorruptionException when it is not that table
   */
  static OpenTable open(
      FileSystem fileSystem, Path path, TableMetadata metadata, BlockCache cache) {
    OpenTable table = open(fileSystem, path, metadata.number(), cache);
    TableMetadata found = table.properties.metadata();
    if (!metadata.describes(found)) {
      table.close();
      throw new CorruptionException(path, 0, metadata + "", found + "");
    }
    return table;
  }

  /**
   * Opens the file of a table by its number alone.
   *
   * @throws CorruptionException when it is not a table of this number
   */
  static OpenTable open(FileSystem fileSystem, Path path, long number, BlockCache cache) {
    ReadFile opened = fileSystem.openRead(path);
    boolean done = false;
    try {
      OpenTable table = read(new TableFile(opened, number, cache.scratches()), cache);
      done = true;
      return table;
    } finally {
      if (!done) {
        opened.close();
      }
    }
  }

  private static OpenTable read(TableFile file, BlockCache cache) {
    ReadScratch scratch = file.scratches().takeScratch();
    try {
      Footer footer = Footer.read(file, scratch);
      file.setId(footer.id());
      TableProperties properties = TableProperties.read(file, footer, scratch);
      return new OpenTable(file, footer, properties, cache);
    } finally {
      file.scratches().giveBack(scratch);
    }
  }

  TableFile file() {
    return file;
  }

  Footer footer() {
    return footer;
  }

  TableProperties properties() {
    return properties;
  }

  TableBlocks blocks() {
    return blocks;
  }

  boolean hasFilter() {
    return properties.filterProbes() > 0;
  }

  /** Checks the index, and opens it. */
  TableIndex openIndex() {
    long start = footer.index();
    long end = footer.ranges();
    file.check(start, end);
    TableIndex opened =
        new TableIndex(
            blocks,
            start,
            end - TableFormat.TRAILER_BYTES,
            footer.filter(),
            properties.blocks(),
            properties.sharedBytes());
    // The samples it keeps were read from the map.
    FaultBarrier.pass();
    return opened;
  }

  /** Checks and reads the range tombstones. */
  RangeTombstones readRanges() {
    return footer.hasRanges() ? RangeSection.read(file, footer) : RangeTombstones.EMPTY;
  }

  /** Checks the filter, and opens it. Without a filter, the result excludes no key. */
  TableFilter openFilter() {
    if (!hasFilter()) {
      return TableFilter.none(file.map());
    }
    long start = footer.filter();
    long end = footer.index();
    file.check(start, end);
    long lines = TableFormat.align(start);
    long bytes = end - TableFormat.TRAILER_BYTES - lines;
    if (bytes < FilterFormat.LINE_BYTES || bytes % FilterFormat.LINE_BYTES != 0) {
      throw file.corrupt(start, "a filter", bytes + " bytes");
    }
    return new TableFilter(file.map(), lines, bytes, properties.filterProbes());
  }

  @Override
  public void close() {
    blocks.close();
    file.close();
  }
}
