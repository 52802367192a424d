package dev.firn;

import dev.firn.engine.Engine;
import dev.firn.engine.EngineStats;
import dev.firn.engine.Health;
import dev.firn.engine.Problem;
import dev.firn.engine.Scrubber;
import dev.firn.engine.Verification;
import dev.firn.sstable.TableMetadata;
import dev.firn.transaction.Transactions;
import dev.firn.version.Run;
import dev.firn.version.Shape;
import dev.firn.version.ValueFiles;
import dev.firn.wal.JournalTail;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the engine reports, in the API's terms. */
final class StoreReports {

  private StoreReports() {}

  static VerifyReport verify(Engine engine, Progress progress) {
    Verification found = engine.verify(progress::update);
    return new VerifyReport(found.files(), found.bytes(), found.damage());
  }

  static StoreHealth health(Engine engine) {
    Health health = engine.health();
    Problem failure = health.failure();
    Scrubber.Status scrub = engine.scrubStatus();
    return new StoreHealth(
        failure == null ? null : problem(failure),
        health.damage().stream().map(StoreReports::problem).toList(),
        health.warnings().stream().map(StoreReports::problem).toList(),
        new ScrubStatus(
            scrub.running(),
            scrub.bytesDone(),
            scrub.bytesTotal(),
            scrub.passes(),
            scrub.lastFinished()));
  }

  static StoreProblem problem(Problem problem) {
    StoreProblem.Kind kind =
        switch (problem.kind()) {
          case FAILURE -> StoreProblem.Kind.FAILURE;
          case DAMAGE -> StoreProblem.Kind.DAMAGE;
          case WARNING -> StoreProblem.Kind.WARNING;
        };
    return new StoreProblem(kind, problem.doing(), problem.cause(), problem.time());
  }

  static RecoveryReport recovery(Engine engine) {
    JournalTail tail = engine.recovered();
    return new RecoveryReport(
        tail.segments(),
        tail.records(),
        tail.entries(),
        tornTail(tail),
        tail.damage(),
        Duration.ofNanos(engine.openNanos()));
  }

  private static RecoveryReport.@Nullable TornTail tornTail(JournalTail tail) {
    Path file = tail.file();
    return tail.torn() && file != null
        ? new RecoveryReport.TornTail(
            file.toString(), tail.offset(), tail.droppedRecords(), tail.droppedBytes())
        : null;
  }

  static StoreStats stats(Engine engine, Transactions transactions) {
    EngineStats stats = engine.stats();
    return new StoreStats(
        stats.trees(),
        stats.lastSequence(),
        stats.openSnapshots(),
        new StoreStats.Memory(
            stats.memoryUsedBytes(),
            stats.memoryBoundBytes(),
            stats.memTableEntries(),
            stats.memTableBytes(),
            stats.frozenGenerations(),
            stats.blockCacheBytes()),
        new StoreStats.Tables(levels(stats.shape()), stats.rangeDeletions()),
        values(stats.valueFiles()),
        new StoreStats.Journal(
            stats.journalFileBytes(), stats.journalBytesWritten(), stats.syncs()),
        new StoreStats.Writes(stats.userBytesWritten()),
        new StoreStats.Flushes(stats.flushes(), stats.flushBytesWritten()),
        new StoreStats.Compactions(
            stats.compactions(),
            stats.compactionBytesRead(),
            stats.compactionBytesWritten(),
            stats.tablesAside()),
        new StoreStats.Stalls(stats.stalls(), stats.stallNanos(), stats.slowdownNanos()),
        new TransactionStats(
            transactions.count(),
            transactions.oldest(),
            transactions.conflicts(),
            transactions.retries()));
  }

  private static StoreStats.Values values(ValueFiles files) {
    return new StoreStats.Values(files.size(), files.fileBytes(), files.liveBytes());
  }

  private static List<StoreStats.Level> levels(Shape shape) {
    List<StoreStats.Level> levels = new ArrayList<>();
    for (int level = 0; level < shape.levels(); level++) {
      List<Run> runs = shape.runs(level);
      List<TableMetadata> tables = runs.stream().flatMap(run -> run.tables().stream()).toList();
      if (!tables.isEmpty()) {
        levels.add(
            new StoreStats.Level(
                level,
                runs.size(),
                tables.size(),
                tables.stream().mapToLong(TableMetadata::fileBytes).sum(),
                tables.stream().mapToLong(TableMetadata::entries).sum()));
      }
    }
    return levels;
  }
}
