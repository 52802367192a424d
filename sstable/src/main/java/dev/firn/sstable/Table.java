package dev.firn.sstable;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.core.EntryRef;
import dev.firn.core.MemoryHeldException;
import dev.firn.core.Prefetch;
import dev.firn.core.RefCounted;
import dev.firn.core.SequenceNumber;
import dev.firn.core.file.FaultBarrier;
import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.core.range.RangeSource;
import dev.firn.core.range.RangeTombstones;
import dev.firn.error.CorruptionException;
import dev.firn.error.FirnException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A sorted table. Its file is opened on first use: then footer and properties are read, and the
 * table is checked to be the one that its metadata describes. Index, filter and each data block are
 * checked by positional reads on first use, or all at once by {@link #readBack}, and then read in
 * place in the mapped file.
 *
 * <p><b>Threading.</b> Any thread that holds a reference may call.
 *
 * <p><b>Ownership.</b> Owns the file. The maker holds the first reference; when the last one is
 * released the file is closed, and deleted if the table is obsolete.
 */
public final class Table extends RefCounted {

  private final FileSystem fileSystem;
  private final Path path;
  private final TableMetadata metadata;
  private final BlockCache cache;

  /** Opened on first use; immutable, so two threads may open it at the same time. */
  private @Nullable TableIndex index;

  /** Opened on first use, like the index. */
  private @Nullable TableFilter filter;

  /** Read on first use, like the index. */
  private @Nullable RangeTombstones ranges;

  /** So that other tables pay one field for range tombstones. */
  private final boolean hasRanges;

  private final Object lock = new Object();

  /** Null until the first use. Set under the lock. */
  private volatile @Nullable OpenTable open;

  /** Why the file is not this table, if that was found; that stays so. */
  @GuardedBy("lock")
  private @Nullable CorruptionException mismatch;

  @GuardedBy("lock")
  private boolean freed;

  private volatile boolean obsolete;

  private Table(FileSystem fileSystem, Path path, TableMetadata metadata, BlockCache cache) {
    this.fileSystem = fileSystem;
    this.path = path;
    this.metadata = metadata;
    this.cache = cache;
    this.hasRanges = metadata.rangeDeletions() > 0;
  }

  /** The table that the metadata describes, which is opened on first use. */
  public static Table unopened(
      FileSystem fileSystem, Path directory, TableMetadata metadata, BlockCache cache) {
    return new Table(fileSystem, FileName.table(directory, metadata.number()), metadata, cache);
  }

  /**
   * Opens the table that the metadata describes.
   *
   * @throws CorruptionException when the file is not that table
   */
  public static Table open(
      FileSystem fileSystem, Path directory, TableMetadata metadata, BlockCache cache) {
    Table table = unopened(fileSystem, directory, metadata, cache);
    boolean done = false;
    try {
      table.opened();
      done = true;
      return table;
    } finally {
      if (!done) {
        table.release();
      }
    }
  }

  /**
   * Opens a table by its number alone.
   *
   * @throws CorruptionException when the file is not a table of this number
   */
  public static Table open(FileSystem fileSystem, Path directory, long number, BlockCache cache) {
    Path path = FileName.table(directory, number);
    OpenTable opened = OpenTable.open(fileSystem, path, number, cache);
    Table table = new Table(fileSystem, path, opened.properties().metadata(), cache);
    opened.file().onDamage(table::checkAgain);
    table.open = opened;
    return table;
  }

  /** The open file; opened on first use. */
  private OpenTable opened() {
    OpenTable seen = open;
    return seen != null ? seen : openOnce();
  }

  private OpenTable openOnce() {
    synchronized (lock) {
      OpenTable seen = open;
      if (seen != null) {
        return seen;
      }
      if (freed) {
        throw new IllegalStateException(this + " is closed");
      }
      if (mismatch != null) {
        throw new CorruptionException(
            path, mismatch.offset(), this + "", "other bytes when it was first used", mismatch);
      }
      try {
        OpenTable opened = OpenTable.open(fileSystem, path, metadata, cache);
        opened.file().onDamage(this::checkAgain);
        open = opened;
        return opened;
      } catch (CorruptionException e) {
        mismatch = e;
        throw e;
      }
    }
  }

  /** Has all parts checked again before their next use, because one was found damaged. */
  private void checkAgain() {
    opened().blocks().uncheckAll();
    index = null;
    filter = null;
    ranges = null;
  }

  /** The table's metadata. */
  public TableMetadata metadata() {
    return metadata;
  }

  /** Where the table comes from; null if it does not say. */
  public @Nullable TableOrigin origin() {
    OpenTable opened = opened();
    TableFile file = opened.file();
    ReadScratch scratch = file.scratches().takeScratch();
    try {
      return TableProperties.readOrigin(file, opened.footer(), scratch);
    } finally {
      file.scratches().giveBack(scratch);
    }
  }

  /** The table's file. */
  public Path path() {
    return path;
  }

  /** Whether the table may have entries of a key with this {@code KeyHash}; false is certain. */
  public boolean mayContain(long hash) {
    return filter().mayContain(hash);
  }

  /** Loads what {@link #mayContain} reads, for {@link Prefetch#consume}. */
  public long prefetch(long hash) {
    return filter().prefetch(hash);
  }

  /**
   * Finds the newest entry of exactly this key at or below a trailer, whatever its kind. A range
   * tombstone is an entry of each key that it covers.
   *
   * @param hash the key's {@code KeyHash}
   * @param out points at the entry if there is one, and may then pin memory until it is released
   * @return whether there is one
   */
  public boolean get(
      MemorySegment key, long offset, int length, long hash, long trailer, EntryRef out) {
    boolean found = mayContain(hash) && find(key, offset, length, hash, trailer, false, out);
    return hasRanges ? findUncovered(found, key, offset, length, trailer, out) : found;
  }

  /** Like {@link #get}, without the filter: faster if the table has the key. */
  public boolean getUnfiltered(
      MemorySegment key, long offset, int length, long trailer, EntryRef out) {
    boolean found = find(key, offset, length, 0, trailer, false, out);
    return hasRanges ? findUncovered(found, key, offset, length, trailer, out) : found;
  }

  /** Like {@link #get}, faster if the table has the key: filter and index are read together. */
  public boolean getExpected(
      MemorySegment key, long offset, int length, long hash, long trailer, EntryRef out) {
    boolean found = find(key, offset, length, hash, trailer, true, out);
    return hasRanges ? findUncovered(found, key, offset, length, trailer, out) : found;
  }

  /**
   * Whether there is an entry, of which a range tombstone that covers the key is one.
   *
   * @param found whether {@code out} is another one
   */
  private boolean findUncovered(
      boolean found, MemorySegment key, long offset, int length, long trailer, EntryRef out) {
    long covering = ranges().newest(key, offset, length, SequenceNumber.sequence(trailer));
    if (found ? SequenceNumber.sequence(out.trailer()) >= covering : covering == RangeSource.NONE) {
      return found;
    }
    out.setRangeDeletion(covering);
    return true;
  }

  /** Whether the table has range tombstones. */
  public boolean hasRanges() {
    return hasRanges;
  }

  /** The range tombstones, which are read on first use. */
  public RangeTombstones ranges() {
    if (!hasRanges) {
      return RangeTombstones.EMPTY;
    }
    RangeTombstones read = ranges;
    if (read == null) {
      read = opened().readRanges();
      ranges = read;
    }
    return read;
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

  /** Finds an entry in the block that the index names. */
  boolean search(
      int block, MemorySegment key, long offset, int length, long trailer, EntryRef out) {
    TableIndex opened = index();
    return opened.data().get(opened, block, key, offset, length, trailer, out);
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
    return TableCursor.open(index(), fillCache, false);
  }

  /** Turns a cursor over another table of the store to this table; allocates nothing. */
  public void turn(TableCursor cursor) {
    cursor.turnTo(index());
  }

  /**
   * A cursor, to be closed, for one forward pass over the whole table: it reads ahead, checks every
   * block, and does not use the block cache.
   */
  public TableCursor sequentialCursor() {
    return TableCursor.open(index(), false, true);
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
    OpenTable table = opened();
    checkName(table);
    TableFilter checked = table.hasFilter() ? filter() : null;
    try (TableCursor cursor = sequentialCursor()) {
      TableVerifier verifier = new TableVerifier(table, index(), checked, cursor);
      verifier.verify(progress);
      verifier.checkReferences(metadata);
    } finally {
      // Index and filter are read in place: apparent damage may be a lost page.
      FaultBarrier.pass();
    }
  }

  /** Checks that the table which the next opening of the store would find is this one. */
  private void checkName(OpenTable table) {
    if (!fileSystem.exists(path)) {
      throw table.file().corrupt(0, this + "", "no such file");
    }
    try (OpenTable named = OpenTable.open(fileSystem, path, metadata.number(), cache)) {
      TableMetadata found = named.properties().metadata();
      if (!found.equals(table.properties().metadata())) {
        throw table.file().corrupt(0, this + "", found + "");
      }
    }
  }

  /**
   * Reads a table that was just written and checks all checksums. Later reads in place need no
   * check, and find the pages in memory.
   *
   * @throws CorruptionException when the table is not what was written
   */
  public void readBack() {
    filter();
    ranges();
    TableIndex read = index();
    new ReadBack(read).run();
  }

  /**
   * The offset of the first page of the file that cannot be read in place, or -1.
   *
   * @param deadline {@link System#nanoTime} at which to stop the search
   */
  public long lostPage(long deadline) {
    OpenTable seen = open;
    MemorySegment mapped = seen == null ? null : seen.file().mapped();
    return mapped == null ? -1 : FaultBarrier.lostPage(mapped, deadline);
  }

  /** Has the table read in the way that {@link TableResidency} says, after that has changed. */
  public void adapt() {
    OpenTable seen = open;
    if (seen != null) {
      seen.adapt();
      index = null;
      filter = null;
    }
  }

  /** Makes the last release delete the file. */
  public void markObsolete() {
    obsolete = true;
  }

  /** Whether the last release will delete the file. */
  public boolean isObsolete() {
    return obsolete;
  }

  /** The filter; checked and opened on first use. */
  TableFilter filter() {
    TableFilter opened = filter;
    return opened != null ? opened : openFilter();
  }

  /** The index; checked and opened on first use. */
  TableIndex index() {
    TableIndex opened = index;
    return opened != null ? opened : openIndex();
  }

  @Override
  protected void free() {
    OpenTable opened;
    synchronized (lock) {
      freed = true;
      opened = open;
    }
    try {
      if (opened != null) {
        opened.close();
      }
    } catch (MemoryHeldException e) {
      // Must not stop the release of other tables. The file system closes it at the end.
    }
    if (obsolete) {
      try {
        fileSystem.delete(path);
      } catch (FirnException e) {
        // Must not stop the release of other tables. No manifest names this table: the next open of
        // the store deletes it.
      }
    }
  }

  private TableIndex openIndex() {
    TableIndex opened = opened().openIndex();
    index = opened;
    return opened;
  }

  private TableFilter openFilter() {
    TableFilter opened = opened().openFilter();
    filter = opened;
    return opened;
  }

  @Override
  public String toString() {
    return metadata.toString();
  }
}
