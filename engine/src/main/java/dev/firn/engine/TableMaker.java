package dev.firn.engine;

import dev.firn.compaction.Compaction;
import dev.firn.compaction.VersionSet;
import dev.firn.core.InternalCursor;
import dev.firn.core.file.FileSystem;
import dev.firn.sstable.TableMetadata;
import dev.firn.sstable.TableWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/**
 * Makes tables: of generations, and of other tables.
 *
 * <p><b>Threading.</b> The flushing and the merging thread, each with tables of its own.
 */
final class TableMaker {

  private final FileSystem files;
  private final Path directory;
  private final EngineOptions options;
  private final VersionSet versions;
  private final LongAdder merges = new LongAdder();
  private final LongAdder mergeBytesRead = new LongAdder();
  private final LongAdder mergeBytesWritten = new LongAdder();

  TableMaker(FileSystem files, Path directory, EngineOptions options, VersionSet versions) {
    this.files = files;
    this.directory = directory;
    this.options = options;
    this.versions = versions;
  }

  /** Writes all entries of a cursor; the tables are on the device, their names not yet. */
  List<TableMetadata> write(InternalCursor entries) {
    try (TableWriter writer =
        new TableWriter(files, directory, versions.allocateNumber(), options.tables())) {
      for (boolean more = entries.first(); more; more = entries.next()) {
        writer.add(
            entries.key(),
            entries.keyOffset(),
            entries.keyLength(),
            entries.trailer(),
            entries.value(),
            entries.valueOffset(),
            entries.valueLength());
      }
      return List.of(writer.finish());
    }
  }

  /** Does a merge; returns whether it was done. */
  boolean merge(Compaction compaction, BooleanSupplier isCancelled) {
    return false;
  }

  long merges() {
    return merges.sum();
  }

  long mergeBytesRead() {
    return mergeBytesRead.sum();
  }

  long mergeBytesWritten() {
    return mergeBytesWritten.sum();
  }
}
