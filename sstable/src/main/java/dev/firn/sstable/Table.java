package dev.firn.sstable;

import dev.firn.core.EntryRef;
import dev.firn.core.RefCounted;
import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.ReadFile;
import dev.firn.error.CorruptionException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An open sorted table. Opening reads the footer and the properties only; index, filter and each
 * data block are checked when they are first used, by a positional read, and from then on read in
 * place in the mapped file.
 *
 * <p><b>Threading.</b> Any thread that holds a reference may call.
 *
 * <p><b>Ownership.</b> Owns the file. The opener holds the first reference; when the last one is
 * released the file is closed, and deleted if the table is obsolete.
 */
public final class Table extends RefCounted {

  /** How much of the file's end is read at once: footer and properties, unless keys are long. */
  private static final int TAIL_BYTES = 4096;

  private final FileSystem fileSystem;
  private final TableFile file;
  private final MemorySegment map;
  private final Footer footer;
  private final TableProperties properties;
  private final ScratchPool scratches;
  private final BitMap checked;
  private final boolean hasFilter;
  private @Nullable TableIndex index;
  private @Nullable TableFilter filter;
  private volatile boolean obsolete;

  private Table(FileSystem fileSystem, TableFile file, Footer footer, TableProperties properties) {
    this.fileSystem = fileSystem;
    this.file = file;
    this.map = file.map();
    this.footer = footer;
    this.properties = properties;
    this.scratches = file.scratches();
    this.checked = new BitMap(properties.blocks());
    this.hasFilter = properties.filterProbes() > 0;
  }

  /**
   * Opens the table that the metadata describes.
   *
   * @throws CorruptionException when the file is not that table
   */
  public static Table open(
      FileSystem fileSystem, Path directory, TableMetadata metadata, BlockCache cache) {
    Table table = open(fileSystem, directory, metadata.number(), cache);
    if (!table.metadata().equals(metadata)) {
      table.release();
      throw new CorruptionException(
          FileName.table(directory, metadata.number()), 0, metadata + "", table.metadata() + "");
    }
    return table;
  }

  /**
   * Opens a table by its number alone.
   *
   * @throws CorruptionException when the file is not a table of this number
   */
  public static Table open(FileSystem fileSystem, Path directory, long number, BlockCache cache) {
    ReadFile opened = fileSystem.openRead(FileName.table(directory, number));
    boolean done = false;
    try {
      if (opened.size() == 0) {
        throw new CorruptionException(opened.path(), 0, "a table file", "0 bytes");
      }
      TableFile file = new TableFile(opened, number, cache.scratches());
      Table table = open(fileSystem, file);
      done = true;
      return table;
    } finally {
      if (!done) {
        opened.close();
      }
    }
  }

  private static Table open(FileSystem fileSystem, TableFile file) {
    ScratchPool scratches = file.scratches();
    ReadScratch scratch = scratches.takeScratch();
    try {
      long size = file.size();
      int length = (int) Math.min(size, TAIL_BYTES);
      file.read(size - length, scratch.memory(), 0, length);
      Footer footer =
          Footer.read(
              file.path(), file.number(), scratch.memory(), length, size, scratch.checksum());
      return new Table(fileSystem, file, footer, readProperties(file, footer, size));
    } finally {
      scratches.giveBack(scratch);
    }
  }

  private static TableProperties readProperties(TableFile file, Footer footer, long size) {
    long start = footer.properties();
    long end = size - TableFormat.FOOTER_BYTES;
    file.check(start, end, false);
    long length = end - start - TableFormat.TRAILER_BYTES;
    if (length > TableProperties.MAX_BYTES) {
      throw file.corrupt(start, "properties", length + " bytes");
    }
    TableProperties properties;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocate(length, Long.BYTES);
      file.read(start, copy, 0, length);
      properties = TableProperties.read(copy, length, size);
    }
    if (properties == null || properties.metadata().number() != file.number()) {
      throw file.corrupt(start, "the properties of table " + file.number(), "others");
    }
    return properties;
  }

  /** What is known about the table. */
  public TableMetadata metadata() {
    return properties.metadata();
  }

  /** The table's file. */
  public Path path() {
    return file.path();
  }

  /**
   * Whether the table may have entries of a key with this {@code KeyHash}; false is certain.
   */
  public boolean mayContain(long hash) {
    if (!hasFilter) {
      return true;
    }
    TableFilter opened = filter;
    return (opened != null ? opened : openFilter()).mayContain(hash);
  }

  /**
   * Finds the newest entry of exactly this key at or below a trailer, whatever its kind.
   *
   * @param hash the key's {@code KeyHash}
   * @param out points at the entry when there is one, and may then pin memory until it is released
   * @return whether there is one
   */
  public boolean get(
      MemorySegment key, long offset, int length, long hash, long trailer, EntryRef out) {
    if (!mayContain(hash)) {
      return false;
    }
    TableIndex opened = index();
    int block = opened.find(key, offset, length, trailer);
    long start = opened.start(block);
    long end = opened.end(block, start);
    check(block, start, end);
    long content = end - start - TableFormat.TRAILER_BYTES;
    int found = BlockSearch.get(map, start, content, key, offset, length, trailer, out);
    if (found < 0) {
      throw malformed(start);
    }
    return found == BlockSearch.FOUND;
  }

  /** A cursor over all entries, to be closed. */
  public TableCursor cursor() {
    return cursor(true);
  }

  /**
   * A cursor over all entries, to be closed.
   *
   * @param fillCache whether blocks it has to decompress are put into the block cache
   */
  public TableCursor cursor(boolean fillCache) {
    return new TableCursor(this, scratches.takeCursorMemory());
  }

  /**
   * A cursor, to be closed, for one pass from front to back over entries that are not read otherwise:
   * it reads ahead, checks every block, and leaves the block cache alone.
   */
  public TableCursor sequentialCursor() {
    return new TableCursor(this, scratches.takeCursorMemory());
  }

  /** Has the file deleted when the last reference is released. */
  public void markObsolete() {
    obsolete = true;
  }

  /** The index; checked and opened when it is first asked for. */
  TableIndex index() {
    // Two threads may both open it: it is immutable, and either is as good.
    TableIndex opened = index;
    return opened != null ? opened : openIndex();
  }

  /** The mapped file. */
  MemorySegment map() {
    return map;
  }

  /** Checks a data block unless it was checked before. */
  void check(int block, long start, long end) {
    if (!checked.contains(block)) {
      file.check(start, end, false);
      checked.add(block);
    }
  }

  CorruptionException malformed(long start) {
    return file.corrupt(start, "a data block", "bytes that are none, under a right checksum");
  }

  void giveBack(CursorMemory memory) {
    scratches.giveBack(memory);
  }

  @Override
  protected void free() {
    file.close();
    if (obsolete) {
      fileSystem.delete(file.path());
    }
  }

  private TableIndex openIndex() {
    long start = footer.index();
    long end = footer.properties();
    file.check(start, end, false);
    TableIndex opened =
        new TableIndex(
            file, start, end - TableFormat.TRAILER_BYTES, footer.filter(), properties.blocks());
    index = opened;
    return opened;
  }

  private TableFilter openFilter() {
    long start = footer.filter();
    long end = footer.index();
    file.check(start, end, false);
    long lines = TableFormat.align(start);
    long bytes = end - TableFormat.TRAILER_BYTES - lines;
    if (bytes < FilterFormat.LINE_BYTES || bytes % FilterFormat.LINE_BYTES != 0) {
      throw file.corrupt(start, "a filter", bytes + " bytes");
    }
    TableFilter opened = new TableFilter(map, lines, bytes, properties.filterProbes());
    filter = opened;
    return opened;
  }

  @Override
  public String toString() {
    return metadata().toString();
  }
}
