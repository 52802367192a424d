package dev.firn.version;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.core.file.FileSystem;
import dev.firn.sstable.BlockCache;
import dev.firn.sstable.Table;
import dev.firn.sstable.TableMetadata;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tables that were written and are not part of a version yet: open and read back. So an edit names
 * readable tables only, before any source is removed, and the first readers of a table find its
 * blocks checked and its pages in memory.
 *
 * <p><b>Threading.</b> Any thread may call; each table is used by one thread.
 *
 * <p><b>Ownership.</b> Holds a reference to each table until it is taken or dropped.
 */
public final class PendingOutputs implements AutoCloseable {

  private final FileSystem fs;
  private final Path directory;
  private final BlockCache cache;
  private final long openingId;

  @GuardedBy("this")
  private final Map<Long, Table> tables = new HashMap<>();

  /**
   * @param openingId a random number of this opening of the store
   */
  PendingOutputs(FileSystem fs, Path directory, BlockCache cache, long openingId) {
    this.fs = fs;
    this.directory = directory;
    this.cache = cache;
    this.openingId = openingId;
  }

  /** The id of a table to be written: differs from that of any table of another opening. */
  public long newTableId(long number) {
    long mixed = (openingId ^ number) * 0x9e37_79b9_7f4a_7c15L;
    mixed = (mixed ^ (mixed >>> 32)) * 0xd6e8_feb8_6659_fd93L;
    return TableMetadata.idOf(mixed ^ (mixed >>> 29));
  }

  /**
   * Opens a table that was just written, and reads it back.
   *
   * @throws dev.firn.error.CorruptionException when it is not what was written
   */
  public void add(TableMetadata metadata) {
    Table table = open(metadata);
    boolean done = false;
    try {
      table.readBack();
      synchronized (this) {
        tables.put(metadata.number(), table);
      }
      done = true;
    } finally {
      if (!done) {
        table.release();
      }
    }
  }

  /** Takes a table out, with a reference for the caller; opens it if it was not added. */
  Table take(TableMetadata metadata) {
    Table added = remove(metadata);
    return added != null ? added : open(metadata);
  }

  /** Closes a table that will not become part of a version, if it was added. */
  public void drop(TableMetadata metadata) {
    Table added = remove(metadata);
    if (added != null) {
      added.release();
    }
  }

  private synchronized @Nullable Table remove(TableMetadata metadata) {
    return tables.remove(metadata.number());
  }

  private Table open(TableMetadata metadata) {
    return Table.open(fs, directory, metadata, cache);
  }

  /** Closes the tables that were neither taken nor dropped. */
  @Override
  public synchronized void close() {
    tables.values().forEach(Table::release);
    tables.clear();
  }
}
