package dev.firn.sstable;

import dev.firn.core.file.FaultBarrier;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.ReadFile;
import dev.firn.core.range.RangeTombstones;
import dev.firn.error.CorruptionException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
  private final BlockCache cache;

  /** The copies of index and filter, as far as they were made. */
  private final Map<Long, BlockMemory> copies = new HashMap<>();

  private OpenTable(TableFile file, Footer footer, TableProperties properties, BlockCache cache) {
    this.file = file;
    this.footer = footer;
    this.properties = properties;
    this.cache = cache;
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
      table.adapt();
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

  /** Has the file read in the way that {@link TableResidency} says. */
  void adapt() {
    file.setOutgrown(cache.residency().isOutgrown());
  }

  /** Checks a section that searches read; copies it first if the page cache could lose it. */
  private synchronized SectionMemory openSection(long start, long end) {
    long from = TableFormat.align(start);
    BlockMemory copy = copies.get(start);
    if (copy == null && cache.residency().isOutgrown() && from < end) {
      copy = copy(start, from, end);
    } else {
      file.check(start, end);
    }
    return copy == null ? new SectionMemory(file.map(), 0) : place(copy, from);
  }

  /** Where the copy begins in its memory: aligned as in the file. */
  private static SectionMemory place(BlockMemory copy, long from) {
    MemorySegment memory = copy.memory();
    return new SectionMemory(
        memory, from - (TableFormat.align(memory.address()) - memory.address()));
  }

  /** Checks a section and copies it from {@code from} on; null if there is no room. */
  private @Nullable BlockMemory copy(long start, long from, long end) {
    long length = Math.max(0, end - TableFormat.TRAILER_BYTES - from);
    long bytes = length + TableFormat.ALIGNMENT + TableFormat.SLACK_BYTES;
    BlockMemory memory = cache.sections().allocate(bytes);
    if (memory == null) {
      file.check(start, end); // in pieces
      return null;
    }
    boolean done = false;
    ReadScratch scratch = null;
    try {
      scratch = file.scratches().takeScratch();
      file.load(start, end, Codec.NONE, scratch);
      int at = (int) place(memory, 0).at(0);
      int skipped = (int) (from - start);
      memory.bytes().put(at, scratch.buffer().bytes().clear(), skipped, (int) length);
      copies.put(start, memory);
      done = true;
      return memory;
    } finally {
      if (!done) {
        cache.sections().free(memory);
      }
      if (scratch != null) {
        file.scratches().giveBack(scratch);
      }
    }
  }

  /** Checks the index, and opens it. */
  TableIndex openIndex() {
    long start = footer.index();
    long end = footer.ranges();
    TableIndex opened =
        new TableIndex(
            blocks,
            openSection(start, end),
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
    SectionMemory section = openSection(start, end);
    long lines = TableFormat.align(start);
    long bytes = end - TableFormat.TRAILER_BYTES - lines;
    if (bytes < FilterFormat.LINE_BYTES || bytes % FilterFormat.LINE_BYTES != 0) {
      throw file.corrupt(start, "a filter", bytes + " bytes");
    }
    return new TableFilter(section.memory(), section.at(lines), bytes, properties.filterProbes());
  }

  @Override
  public void close() {
    try {
      blocks.close();
      copies.values().forEach(cache.sections()::free);
      copies.clear();
    } finally {
      file.close();
    }
  }
}
