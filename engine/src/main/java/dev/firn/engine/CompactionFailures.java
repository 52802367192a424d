package dev.firn.engine;

import dev.firn.core.file.FileName;
import dev.firn.error.CorruptionException;
import dev.firn.error.FirnException;
import dev.firn.error.StorageException;
import dev.firn.sstable.TableMetadata;
import dev.firn.version.Version;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides how to go on after a compaction failed, which loses nothing: a table that cannot be read
 * is set aside, everything else is tried again.
 *
 * <p><b>Threading.</b> Belongs to the compaction thread.
 */
final class CompactionFailures {

  /** A table of which reads fail this many times, other than by damage, is set aside too. */
  private static final int MAX_REFUSED_READS = 3;

  private final Path directory;
  private final TablesAside aside;
  private final Health health;
  private final Retry retry;
  private final Map<Long, Integer> refusedReads = new HashMap<>();

  CompactionFailures(Path directory, TablesAside aside, Health health) {
    this.directory = directory;
    this.aside = aside;
    this.health = health;
    this.retry = new Retry(health, "compacting tables");
  }

  /**
   * Handles the failure of a compaction whose edit was not written.
   *
   * @param version the version that was compacted
   * @return the time to wait before the next attempt, in nanoseconds
   */
  long failed(FirnException failure, Version version) {
    if (health.hasFailed()) {
      throw failure;
    }
    TableMetadata table = source(failure, version);
    if (table != null && isUnreadable(failure, table.number())) {
      aside.add(table.number());
      health.damaged("compacting tables; the table is set aside", failure);
      return 0;
    }
    if (!Retry.mayHelp(failure) && !(failure instanceof CorruptionException)) {
      throw failure;
    }
    return retry.failed(failure);
  }

  private boolean isUnreadable(FirnException failure, long number) {
    return failure instanceof CorruptionException
        || refusedReads.merge(number, 1, Integer::sum) >= MAX_REFUSED_READS;
  }

  /** Handles the failure to write an edit; returns the time to wait before it is tried again. */
  long editFailed(FirnException failure) {
    return retry.failed(failure);
  }

  /** Notes that a compaction succeeded. */
  void succeeded() {
    retry.succeeded();
    refusedReads.clear();
  }

  /** The table of the version that a failure names. */
  private @Nullable TableMetadata source(FirnException failure, Version version) {
    String named =
        switch (failure) {
          case CorruptionException damage -> damage.file();
          case StorageException refused -> refused.file();
          default -> null;
        };
    if (named == null) {
      return null;
    }
    for (TableMetadata table : version.shape().tables()) {
      if (FileName.table(directory, table.number()).toString().equals(named)) {
        return table;
      }
    }
    return null;
  }
}
