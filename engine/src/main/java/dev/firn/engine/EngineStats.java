package dev.firn.engine;

import dev.firn.core.MemoryBudget;
import dev.firn.memtable.MemTableRanges;
import dev.firn.sstable.BlockCache;
import dev.firn.version.Shape;
import dev.firn.version.ValueFiles;

/**
 * What an engine holds and has done: sizes in bytes, durations in nanoseconds. The shape and the
 * memtable entries are of one moment; counters are read when asked for.
 */
public final class EngineStats {

  /** Sources of the memory figures. */
  record Memory(MemoryBudget budget, ArenaPool arenas, BlockCache cache) {}

  /** Sources of the figures of commits and reads. */
  record Commits(VisibleSequence visible, Snapshots snapshots, Syncer syncer) {}

  /** Sources of the figures of background work. */
  record BackgroundWork(Flusher flusher, TableMaker tables, TablesAside aside) {}

  /** Sources of the figures of delayed writers. */
  record Delays(Rotation rotation, Throttle throttle) {}

  private final Shape shape;
  private final ValueFiles valueFiles;
  private final int trees;
  private final long memTableEntries;
  private final long rangeDeletions;
  private final int frozenGenerations;
  private final Memory memory;
  private final Commits commits;
  private final BackgroundWork background;
  private final Delays delays;
  private final StoreFolder folder;

  EngineStats(
      CurrentView currentView,
      Memory memory,
      Commits commits,
      BackgroundWork background,
      Delays delays,
      StoreFolder folder) {
    this.memory = memory;
    this.commits = commits;
    this.background = background;
    this.delays = delays;
    this.folder = folder;
    int stripe = ReadView.stripe();
    ReadView view = currentView.acquire(stripe);
    try {
      long entries = 0;
      long ranges = view.version().shape().rangeDeletions();
      for (Generation generation : view.generations()) {
        entries += generation.memTable().entries();
        MemTableRanges deleted = generation.memTable().ranges();
        ranges += deleted == null ? 0 : deleted.count();
      }
      this.rangeDeletions = ranges;
      this.memTableEntries = entries;
      this.frozenGenerations = view.frozenCount();
      this.shape = view.version().shape();
      this.valueFiles = view.version().state().valueFiles();
      this.trees = view.version().trees().size();
    } finally {
      view.pins.getAndDecrement(stripe);
      view.reclaimIfRetired();
    }
  }

  /** The tables, by level and run. */
  public Shape shape() {
    return shape;
  }

  /** The value files. */
  public ValueFiles valueFiles() {
    return valueFiles;
  }

  /** The number of trees. */
  public int trees() {
    return trees;
  }

  /** The number of range tombstones in memtables and tables. */
  public long rangeDeletions() {
    return rangeDeletions;
  }

  /** The number of entries in tables that expire, those that have expired included. */
  public long expiringEntries() {
    return shape.expiringEntries();
  }

  /** The number of expired entries that flushes and compactions removed. */
  public long expiredEntriesRemoved() {
    return background.tables.entriesExpired();
  }

  /** The number of entries in memtables. */
  public long memTableEntries() {
    return memTableEntries;
  }

  /** The memory of the memtables, spare arenas included. */
  public long memTableBytes() {
    return memory.arenas.memoryBytes();
  }

  /** What the store takes outside the heap. */
  public long memoryUsedBytes() {
    return memory.budget.usedBytes();
  }

  /** The bound of that. */
  public long memoryBoundBytes() {
    return memory.budget.boundBytes();
  }

  /** The number of generations that wait to be flushed. */
  public int frozenGenerations() {
    return frozenGenerations;
  }

  /** The newest visible sequence. */
  public long lastSequence() {
    return commits.visible.get();
  }

  /** The number of open snapshots. */
  public int openSnapshots() {
    return commits.snapshots.count();
  }

  /** The memory of decompressed blocks. */
  public long blockCacheBytes() {
    return memory.cache.usedBytes();
  }

  /** Bytes of keys and values committed. */
  public long userBytesWritten() {
    return commits.visible.userBytes();
  }

  /** Bytes of journal records committed. */
  public long journalBytesWritten() {
    return commits.visible.journalBytes();
  }

  /** The number of flushes. */
  public long flushes() {
    return background.flusher.flushes();
  }

  /** Bytes of tables that flushes wrote. */
  public long flushBytesWritten() {
    return background.flusher.bytesWritten();
  }

  /** The number of compactions. */
  public long compactions() {
    return background.tables.compactions();
  }

  /** Bytes of tables that compactions read. */
  public long compactionBytesRead() {
    return background.tables.compactionBytesRead();
  }

  /** Bytes of tables that compactions wrote. */
  public long compactionBytesWritten() {
    return background.tables.compactionBytesWritten();
  }

  /** The number of tables that are set aside. */
  public int tablesAside() {
    return background.aside.count(shape);
  }

  /** The number of syncs of the journal. */
  public long syncs() {
    return commits.syncer.syncs();
  }

  /** How often a writer waited for a flush. */
  public long stalls() {
    return delays.rotation.stalls();
  }

  /** The total time that writers waited for flushes. */
  public long stallNanos() {
    return delays.rotation.stalledNanos();
  }

  /** The total time that writers were throttled. */
  public long slowdownNanos() {
    return delays.throttle.sleptNanos();
  }

  /** Bytes of the journal's files, spare ones included. */
  public long journalFileBytes() {
    return folder.journalFileBytes();
  }
}
