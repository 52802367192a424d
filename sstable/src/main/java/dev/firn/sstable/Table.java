package dev.firn.sstable;

import dev.firn.core.EntryRef;
import dev.firn.core.MemoryHeldException;
import dev.firn.core.Prefetch;
import dev.firn.core.RefCounted;
import dev.firn.core.file.FaultBarrier;
import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.ReadFile;
import dev.firn.error.CorruptionException;
import dev.firn.error.FirnException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An open sorted table. Opening reads the footer and the properties only. Index, filter and each
 * data block are checked by positional reads on first use, or all at once by {@link #readBack}, and
 * then read in place in the mapped file.
 *
 * <p><b>Threading.</b> Any thread that holds a reference may call.
 *
 * <p><b>Ownership.</b> Owns the file. The opener holds the first reference; when the last one is
 * released the file is closed, and deleted if the table is obsolete.
 */
public final class Table extends RefCounted {

  private final FileSystem fileSystem;
  private final TableFile file;
  private final Footer footer;
  private final TableProperties properties;
  private final TableBlocks blocks;
  private final boolean hasFilter;

  /** Opened on first use; immutable, so two threads may open it at the same time. */
  private @Nullable TableIndex index;

  /** Opened on first use, like the index. */
  private @Nullable TableFilter filter;

  private volatile boolean obsolete;

  private Table(
      FileSystem fileSystem,
      TableFile file,
      Footer footer,
      TableProperties properties,
      BlockCache cache) {
    this.fileSystem = fileSystem;
    this.file = file;
    this.footer = footer;
    this.properties = properties;
    this.blocks = new TableBlocks(file, cache, properties.blocks());
    this.hasFilter = properties.filterProbes() > 0;
    file.onDamage(this::checkAgain);
  }

  /** Has all parts checked again before their next use, because one was found damaged. */
  private void checkAgain() {
    blocks.uncheckAll();
    index = null;
    filter = null;
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
      Table table = open(fileSystem, new TableFile(opened, number, cache.scratches()), cache);
      done = true;
      return table;
    } finally {
      if (!done) {
        opened.close();
      }
    }
  }

  private static Table open(FileSystem fileSystem, TableFile file, BlockCache cache) {
    ReadScratch scratch = file.scratches().takeScratch();
    try {
      Footer footer = Footer.read(file, scratch);
      file.setId(footer.id());
      TableProperties properties = TableProperties.read(file, footer, scratch);
      return new Table(fileSystem, file, footer, properties, cache);
    } finally {
      file.scratches().giveBack(scratch);
    }
  }

  /** The table's metadata. */
  public TableMetadata metadata() {
    return properties.metadata();
  }

  /** The table's file. */
  public Path path() {
    return file.path();
  }

  /** Whether the table may have entries of a key with this {@code KeyHash}; false is certain. */
  public boolean mayContain(long hash) {
    return !hasFilter || filter().mayContain(hash);
  }

  /** Loads what {@link #mayContain} reads, for {@link Prefetch#consume}. */
  public long prefetch(long hash) {
    return hasFilter ? filter().prefetch(hash) : 0;
  }

  /**
   * Finds the newest entry of exactly this key at or below a trailer, whatever its kind.
   *
   * @param hash the key's {@code KeyHash}
   * @param out points at the entry if there is one, and may then pin memory until it is released
   * @return whether there is one
   */
  public boolean get(
      MemorySegment key, long offset, int length, long hash, long trailer, EntryRef out) {
    return mayContain(hash) && find(key, offset, length, hash, trailer, false, out);
  }

  /** Like {@link #get}, without the filter: faster if the table has the key. */
  public boolean getUnfiltered(
      MemorySegment key, long offset, int length, long trailer, EntryRef out) {
    return find(key, offset, length, 0, trailer, false, out);
  }

  /** Like {@link #get}, faster if the table has the key: filter and index are read together. */
  public boolean getExpected(
      MemorySegment key, long offset, int length, long hash, long trailer, EntryRef out) {
    return find(key, offset, length, hash, trailer, true, out);
  }

  /**
   * Finds an entry through the index.
   *
   * @param filtered whether to probe the filter, after the index lines are prefetched
   */
  private boolean find(
      MemorySegment key,
      long offset,
      int length,
      long hash,
      long trailer,
      boolean filtered,
      EntryRef out) {
    TableIndex opened = index();
    long word = opened.word(key, offset, length);
    int line = opened.line(word);
    Prefetch.consume(opened.prefetch(line));
    return (!filtered || mayContain(hash))
        && search(
            opened.find(line, word, key, offset, length, trailer),
            key,
            offset,
            length,
            trailer,
            out);
  }

  private boolean search(
      int block, MemorySegment key, long offset, int length, long trailer, EntryRef out) {
    TableIndex opened = index();
    long start = opened.start(block);
    long end = opened.end(block, start);
    if (opened.isCompressed(block)) {
      return getCompressed(block, start, end, key, offset, length, trailer, out);
    }
    blocks.check(block, start, end);
    long content = end - start - TableFormat.TRAILER_BYTES;
    int found = BlockSearch.get(blocks.map(), start, content, key, offset, length, trailer, out);
    if (found < 0) {
      throw file.malformed(start);
    }
    return found == BlockSearch.FOUND;
  }

  private boolean getCompressed(
      int number,
      long start,
      long end,
      MemorySegment key,
      long offset,
      int length,
      long trailer,
      EntryRef out) {
    CachedBlock block = blocks.pin(number, start, end);
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

  /** A cursor over all entries, to be closed. */
  public TableCursor cursor() {
    return cursor(true);
  }

  /**
   * A cursor over all entries, to be closed.
   *
   * @param fillCache whether to put decompressed blocks into the block cache
   */
  public TableCursor cursor(boolean fillCache) {
    return TableCursor.open(blocks, index(), fillCache, false);
  }

  /** Turns a cursor over another table of the store to this table; allocates nothing. */
  public void turn(TableCursor cursor) {
    cursor.turnTo(blocks, index());
  }

  /**
   * A cursor, to be closed, for one forward pass over the whole table: it reads ahead, checks every
   * block, and does not use the block cache.
   */
  public TableCursor sequentialCursor() {
    return TableCursor.open(blocks, index(), false, true);
  }

  /**
   * Reads the whole file again and checks every byte, that all parts agree, and that the folder
   * has this very table under its name. It uses positional reads, in which the device can report
   * errors, not the map.
   *
   * @param progress receives the number of bytes verified since the last call; the sum is the
   *     file's length
   * @throws CorruptionException when the table is not what was written
   */
  public void verify(LongConsumer progress) {
    checkName();
    TableFilter opened = hasFilter ? filter() : null;
    try (TableCursor cursor = sequentialCursor()) {
      new TableVerifier(file, footer, properties, index(), opened, cursor).verify(progress);
    } finally {
      // Index and filter are read in place: apparent damage may be a lost page.
      FaultBarrier.pass();
    }
  }

  /** Checks that the table which the next opening of the store would find is this one. */
  private void checkName() {
    if (!fileSystem.exists(path())) {
      throw file.corrupt(0, this + "", "no such file");
    }
    try (ReadFile opened = fileSystem.openRead(path())) {
      TableFile named = new TableFile(opened, file.number(), file.scratches());
      ReadScratch scratch = file.scratches().takeScratch();
      try {
        TableMetadata found = readProperties(named, scratch).metadata();
        if (!found.equals(metadata())) {
          throw file.corrupt(0, this + "", found + "");
        }
      } finally {
        file.scratches().giveBack(scratch);
      }
    }
  }

  private static TableProperties readProperties(TableFile file, ReadScratch scratch) {
    Footer footer = Footer.read(file, scratch);
    file.setId(footer.id());
    return TableProperties.read(file, footer, scratch);
  }

  /**
   * Reads a table that was just written and checks all checksums. Later reads in place need no
   * check, and find the pages in memory.
   *
   * @throws CorruptionException when the table is not what was written
   */
  public void readBack() {
    if (hasFilter) {
      filter();
    }
    new ReadBack(file, index(), blocks).run();
  }

  /**
   * The offset of the first page of the file that cannot be read in place, or -1.
   *
   * @param deadline {@link System#nanoTime} at which to stop the search
   */
  public long lostPage(long deadline) {
    return FaultBarrier.lostPage(file.map(), deadline);
  }

  /** Makes the last release delete the file. */
  public void markObsolete() {
    obsolete = true;
  }

  /** The filter of a table that has one; checked and opened on first use. */
  private TableFilter filter() {
    TableFilter opened = filter;
    return opened != null ? opened : openFilter();
  }

  /** The index; checked and opened on first use. */
  private TableIndex index() {
    TableIndex opened = index;
    return opened != null ? opened : openIndex();
  }

  @Override
  protected void free() {
    blocks.close();
    try {
      file.close();
    } catch (MemoryHeldException e) {
      // Must not stop the release of other tables. The file system closes it at the end.
    }
    if (obsolete) {
      try {
        fileSystem.delete(file.path());
      } catch (FirnException e) {
        // Must not stop the release of other tables. No manifest names this table: the next open of
        // the store deletes it.
      }
    }
  }

  private TableIndex openIndex() {
    long start = footer.index();
    long end = footer.properties();
    file.check(start, end);
    TableIndex opened =
        new TableIndex(
            file,
            start,
            end - TableFormat.TRAILER_BYTES,
            footer.filter(),
            properties.blocks(),
            properties.sharedBytes());
    // The samples it keeps were read from the map.
    FaultBarrier.pass();
    index = opened;
    return opened;
  }

  private TableFilter openFilter() {
    long start = footer.filter();
    long end = footer.index();
    file.check(start, end);
    long lines = TableFormat.align(start);
    long bytes = end - TableFormat.TRAILER_BYTES - lines;
    if (bytes < FilterFormat.LINE_BYTES || bytes % FilterFormat.LINE_BYTES != 0) {
      throw file.corrupt(start, "a filter", bytes + " bytes");
    }
    TableFilter opened = new TableFilter(file.map(), lines, bytes, properties.filterProbes());
    filter = opened;
    return opened;
  }

  @Override
  public String toString() {
    return metadata().toString();
  }
}
