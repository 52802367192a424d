package dev.firn.engine;

import dev.firn.compaction.Run;
import dev.firn.compaction.Shape;
import dev.firn.compaction.Version;
import dev.firn.core.file.FileName;
import dev.firn.core.file.FileSystem;
import dev.firn.error.StorageException;
import dev.firn.sstable.TableMetadata;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What an engine holds and has done, in bytes, nanoseconds and counts; the API's {@code StoreStats} says
 * what each means.
 */
public record EngineStats(
    int trees,
    long lastSequence,
    int openSnapshots,
    long memTableEntries,
    long memTableBytes,
    int frozenGenerations,
    List<LevelStats> levels,
    long tableBytes,
    long journalBytes,
    long blockCacheBytes,
    long userBytesWritten,
    long journalBytesWritten,
    long flushes,
    long flushBytesWritten,
    long compactions,
    long compactionBytesRead,
    long compactionBytesWritten,
    long syncs,
    long stalls,
    long stallNanos,
    long slowdownNanos) {

  /** One level of tables. */
  public record LevelStats(int level, int runs, int tables, long bytes, long entries) {}

  static EngineStats of(EngineParts parts) {
    View view = parts.views.acquire();
    try {
      return of(parts, view);
    } finally {
      parts.views.release(view);
    }
  }

  private static EngineStats of(EngineParts parts, View view) {
    long inMemory = 0;
    for (Generation generation : view.generations()) {
      inMemory += generation.memTable().entries();
    }
    Version version = view.version();
    List<LevelStats> levels = levels(version.shape());
    return new EngineStats(
        version.trees().names().size(),
        parts.visible.get(),
        parts.snapshots.count(),
        inMemory,
        parts.arenas.memoryBytes(),
        view.frozen(),
        levels,
        levels.stream().mapToLong(LevelStats::bytes).sum(),
        journalFileBytes(parts),
        parts.cache.usedBytes(),
        parts.visible.userBytes(),
        parts.visible.journalBytes(),
        parts.flusher.flushes(),
        parts.flusher.bytesWritten(),
        parts.tables.merges(),
        parts.tables.mergeBytesRead(),
        parts.tables.mergeBytesWritten(),
        parts.syncer.syncs(),
        parts.rotation.stalls(),
        parts.rotation.stalledNanos(),
        parts.throttle.sleptNanos());
  }

  private static List<LevelStats> levels(Shape shape) {
    List<LevelStats> levels = new ArrayList<>();
    for (int level = 0; level < shape.levels(); level++) {
      List<Run> runs = shape.runs(level);
      if (!runs.isEmpty()) {
        List<TableMetadata> tables = runs.stream().flatMap(run -> run.tables().stream()).toList();
        levels.add(
            new LevelStats(
                level,
                runs.size(),
                tables.size(),
                tables.stream().mapToLong(TableMetadata::fileBytes).sum(),
                tables.stream().mapToLong(TableMetadata::entries).sum()));
      }
    }
    return levels;
  }

  private static long journalFileBytes(EngineParts parts) {
    long bytes = 0;
    for (String name : parts.files.list(parts.directory)) {
      if (FileName.journalNumber(name).isPresent()) {
        bytes += sizeOrZero(parts.files, parts.directory.resolve(name));
      }
    }
    return bytes;
  }

  /** A spare segment may be deleted at this moment. */
  private static long sizeOrZero(FileSystem files, Path file) {
    try {
      return files.size(file);
    } catch (StorageException e) {
      return 0;
    }
  }
}
