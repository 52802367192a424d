package dev.firn.engine.repair;

import dev.firn.core.StoreKey;
import dev.firn.core.file.FileSystem;
import dev.firn.core.range.RangeTombstones;
import dev.firn.sstable.OutputLimits;
import dev.firn.sstable.TableMetadata;
import dev.firn.sstable.TableOptions;
import dev.firn.sstable.TableWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the tables of one run, which end between two keys.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 *
 * <p><b>Ownership.</b> Owns the table that is being written; {@link #close} deletes it.
 */
final class OutputTables implements AutoCloseable {

  private static final long TARGET_BYTES = 64L << 20;

  private final FileSystem files;
  private final Path directory;
  private final Numbers numbers;
  private final List<TableMetadata> tables = new ArrayList<>();
  private final SecureRandom random = new SecureRandom();
  private @Nullable TableWriter writer;
  private byte[] lastKey = new byte[0];
  private RangeTombstones ranges = RangeTombstones.EMPTY;

  /** The first key of the range tombstones that are not in a table yet; null for all. */
  private byte @Nullable [] rangesFrom;

  /** The next free file number. */
  static final class Numbers {

    private long next;

    Numbers(long next) {
      this.next = next;
    }

    long take() {
      return next++;
    }
  }

  OutputTables(FileSystem files, Path directory, Numbers numbers) {
    this.files = files;
    this.directory = directory;
    this.numbers = numbers;
  }

  /** Sets the range tombstones of all tables, before the first entry is added. */
  void setRanges(RangeTombstones tombstones) {
    ranges = tombstones;
  }

  /** Adds an entry, after all that were added before. */
  void add(
      MemorySegment key,
      long keyOffset,
      int keyLength,
      long trailer,
      MemorySegment value,
      long valueOffset,
      long valueLength) {
    TableWriter open = writer;
    if (open != null && open.sizeBytes() >= TARGET_BYTES && !isLast(key, keyOffset, keyLength)) {
      finish(open, StoreKey.successor(open.lastKey()));
      open = null;
    }
    if (open == null) {
      open = begin();
    }
    open.add(key, keyOffset, keyLength, trailer, value, valueOffset, valueLength);
    if (open.sizeBytes() >= TARGET_BYTES) {
      lastKey = key.asSlice(keyOffset, keyLength).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  private void finish(TableWriter open, byte @Nullable [] end) {
    RangeTombstones part = ranges.clip(rangesFrom, end);
    rangesFrom = end;
    if (!part.isEmpty()) {
      open.setRanges(part, 0);
    }
    tables.add(open.finish());
    writer = null;
  }

  private TableWriter begin() {
    long id = TableMetadata.idOf(random.nextLong());
    TableWriter open =
        new TableWriter(
            files,
            directory,
            numbers.take(),
            id,
            TableOptions.DEFAULT,
            OutputLimits.USUAL,
            Arena.ofShared());
    writer = open;
    return open;
  }

  private boolean isLast(MemorySegment key, long offset, int length) {
    return MemorySegment.ofArray(lastKey).mismatch(key.asSlice(offset, length)) < 0;
  }

  /** Completes the last table; returns all of them. */
  List<TableMetadata> finish() {
    TableWriter open = writer;
    if (open == null && !ranges.clip(rangesFrom, null).isEmpty()) {
      open = begin();
    }
    if (open != null) {
      finish(open, null);
    }
    return List.copyOf(tables);
  }

  /** Deletes the table that is not complete. */
  @Override
  public void close() {
    TableWriter open = writer;
    if (open != null) {
      open.abandon();
      writer = null;
    }
  }
}
