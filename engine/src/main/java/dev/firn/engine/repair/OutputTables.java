package dev.firn.engine.repair;

import dev.firn.core.file.FileSystem;
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
      tables.add(open.finish());
      open = null;
    }
    if (open == null) {
      long id = TableMetadata.idOf(random.nextLong());
      open =
          new TableWriter(
              files,
              directory,
              numbers.take(),
              id,
              TableOptions.DEFAULT,
              OutputLimits.USUAL,
              Arena.ofShared());
      writer = open;
    }
    open.add(key, keyOffset, keyLength, trailer, value, valueOffset, valueLength);
    if (open.sizeBytes() >= TARGET_BYTES) {
      lastKey = key.asSlice(keyOffset, keyLength).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  private boolean isLast(MemorySegment key, long offset, int length) {
    return MemorySegment.ofArray(lastKey).mismatch(key.asSlice(offset, length)) < 0;
  }

  /** Completes the last table; returns all of them. */
  List<TableMetadata> finish() {
    TableWriter open = writer;
    if (open != null) {
      tables.add(open.finish());
      writer = null;
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
