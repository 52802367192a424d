package dev.firn;

import dev.firn.engine.Engine;
import dev.firn.engine.EngineStats;
import dev.firn.engine.Verification;
import dev.firn.wal.JournalTail;
import java.time.Duration;

/** What the engine reports, in the API's terms. */
final class StoreReports {

  private StoreReports() {}

  static VerifyReport verify(Engine engine, Progress progress) {
    Verification found = engine.verify(progress::update);
    return new VerifyReport(found.files(), found.bytes(), found.damage());
  }

  static RecoveryReport recovery(Engine engine) {
    JournalTail tail = engine.recovered();
    return new RecoveryReport(
        tail.segments(),
        tail.records(),
        tail.entries(),
        tail.torn() && tail.file() != null ? tail.file().toString() : null,
        tail.offset(),
        tail.droppedRecords(),
        tail.droppedBytes(),
        tail.damage(),
        Duration.ofNanos(engine.openNanos()));
  }

  static StoreStats stats(Engine engine) {
    EngineStats s = engine.stats();
    return new StoreStats(
        s.trees(),
        s.lastSequence(),
        s.openSnapshots(),
        s.memTableEntries(),
        s.memTableBytes(),
        s.frozenGenerations(),
        s.levels().stream()
            .map(l -> new StoreStats.Level(l.level(), l.runs(), l.tables(), l.bytes(), l.entries()))
            .toList(),
        s.tableBytes(),
        s.journalBytes(),
        s.blockCacheBytes(),
        s.userBytesWritten(),
        s.journalBytesWritten(),
        s.flushes(),
        s.flushBytesWritten(),
        s.compactions(),
        s.compactionBytesRead(),
        s.compactionBytesWritten(),
        s.syncs(),
        s.stalls(),
        s.stallNanos(),
        s.slowdownNanos());
  }
}
