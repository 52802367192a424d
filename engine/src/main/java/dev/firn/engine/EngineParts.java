package dev.firn.engine;

import dev.firn.core.file.FileSystem;
import dev.firn.core.file.LockFile;
import dev.firn.error.CorruptionException;
import dev.firn.error.FirnException;
import dev.firn.memtable.KeyNormalizer;
import dev.firn.sstable.BlockCache;
import dev.firn.version.ManifestTail;
import dev.firn.version.VersionSet;
import dev.firn.wal.Journal;
import dev.firn.wal.JournalRecovery;
import dev.firn.wal.JournalTail;
import dev.firn.wal.RecoveredJournal;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The parts of an open store: made in order, and closed in the opposite one.
 *
 * <p><b>Ownership.</b> Owns all of them.
 */
final class EngineParts {

  /**
   * The journal of a store that is not written for 5 to 10 seconds keeps no spare segments. To make
   * one anew takes some 35 ms of a background thread and 25 ms of the writer, about a percent of
   * that time; one kept takes 16 MiB of the disk.
   */
  private static final int REST_SECONDS = 5;

  final FileSystem files;
  final Path directory;
  final Health health;
  final CurrentView views;
  final OpenCursors cursors = new OpenCursors();
  final Throttle throttle = new Throttle();
  final LockFile lock;
  final ScheduledExecutorService chores;
  final BlockCache cache;
  final VersionSet versions;
  final ArenaPool arenas;
  final Journal journal;
  final JournalTail tail;
  final VisibleSequence visible;
  final Snapshots snapshots;
  final GenerationList layers;
  final Rotation rotation;
  final Syncer syncer;
  final Committer committer;
  final PointReader reader;
  final TableMaker tables;
  final Flusher flusher;
  final Compactor compactor;
  final Scrubber scrubber;
  final Background background;
  final long openNanos;

  /** Opens everything, or nothing. */
  static EngineParts open(Path directory, EngineOptions options, FileSystem files) {
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    try {
      return new EngineParts(directory, options, files, opened);
    } catch (Throwable t) {
      try {
        closeAll(opened);
      } catch (RuntimeException e) {
        t.addSuppressed(e);
      }
      throw t;
    }
  }

  /**
   * @param opened gets what must be closed if something throws, the newest first
   */
  private EngineParts(
      Path directory, EngineOptions options, FileSystem realFiles, Deque<AutoCloseable> opened) {
    long start = System.nanoTime();
    this.health = new Health(options.problems());
    this.files = new WatchedFiles(realFiles, health);
    this.directory = directory;
    this.lock = StoreFolder.lock(files, directory, options.createIfMissing());
    opened.push(lock);
    StoreFolder.warnOfCopyOnWrite(files, directory, health);
    String name = String.valueOf(directory.getFileName());
    this.chores = new MaintenanceExecutor(name, health);
    opened.push(() -> Background.shutDown(chores));
    this.views = new CurrentView(chores);
    health.nameFaultsBy(new LostPageFinder(directory, views));
    this.cache = new BlockCache(options.blockCacheBytes());
    opened.push(cache);
    this.versions =
        VersionSet.open(
            files,
            directory,
            cache,
            chores,
            new SecureRandom().nextLong(),
            options.createIfMissing());
    opened.push(versions);
    this.arenas = new ArenaPool(options.journalSegmentBytes(), chores);
    opened.push(arenas);

    Replay replay = new Replay(arenas, KeyNormalizer.none());
    RecoveredJournal recovered = recoverJournal(files, directory, versions, options, replay);
    recovered.segments().forEach(segment -> opened.push(segment::release));
    this.tail = recovered.tail();
    this.journal = new Journal(files, directory, options.journalSegmentBytes(), recovered, chores);
    opened.push(journal);
    journal.whenPreparationFails(e -> health.warn("preparing a journal segment", e));

    this.visible = new VisibleSequence(health, recovered.nextSequence() - 1);
    this.snapshots = new Snapshots(visible::get);
    this.layers = new GenerationList(views, versions, throttle, health);
    this.rotation =
        new Rotation(
            journal, arenas, layers, chores, replay.normalizer(), recovered.nextSequence());
    this.syncer = new Syncer(views, visible, health, versions.state().lastSequence());
    this.committer =
        new Committer(
            views, rotation, throttle, syncer, visible, health, Committer.writersAtOnce());
    this.reader = new PointReader(views, visible, health);
    this.tables = new TableMaker(files, directory, options, versions, snapshots);
    this.compactor =
        new Compactor(versions, options.compaction(), tables, layers, cursors.readLoad(), health);
    this.flusher = new Flusher(versions, layers, visible, tables, compactor::wake, health);
    this.scrubber = new Scrubber(this, options.scrubIntervalNanos(), options.scrubBytesPerSecond());
    this.background = new Background(name, chores, flusher, compactor, scrubber);

    // The last thing that can fail; from here on there are threads to be stopped.
    StoreFolder.describe(lock);
    health.whenFailed(layers::wakeAll);
    health.whenFailed(compactor::wake);
    layers.recover(replay.finish(recovered, journal));
    background.start();
    syncEvery(options.syncIntervalNanos());
    chores.scheduleWithFixedDelay(journal::rest, REST_SECONDS, REST_SECONDS, TimeUnit.SECONDS);
    chores.scheduleWithFixedDelay(journal::trim, 1, 1, TimeUnit.MINUTES);
    this.openNanos = System.nanoTime() - start;
  }

  private static RecoveredJournal recoverJournal(
      FileSystem files, Path directory, VersionSet versions, EngineOptions options, Replay replay) {
    JournalRecovery recovery =
        new JournalRecovery(
            files,
            directory,
            Math.max(1, versions.state().journalFloor()),
            versions.state().lastSequence() + 1,
            options.journalSegmentBytes(),
            options.salvage());
    try {
      // A new manifest before any segment goes: the last edit of the old one, which may be
      // what made it needless, may be in the page cache only, left there by a process that
      // was killed. And a new store's journals come after CURRENT.
      return recovery.recover(replay, versions::begin);
    } catch (CorruptionException e) {
      ManifestTail tail = versions.recoveredTail();
      throw tail.isTorn() && !files.exists(Path.of(e.file())) ? damaged(tail, e) : e;
    }
  }

  /** A segment goes when the edit that made it needless was synced: so that one is not torn. */
  private static CorruptionException damaged(ManifestTail tail, CorruptionException missing) {
    return new CorruptionException(
        tail.file(),
        tail.offset(),
        "the edit that let " + missing.file() + " go",
        tail.droppedBytes() + " bytes that are no edit",
        missing);
  }

  private void syncEvery(long nanos) {
    if (nanos > 0) {
      chores.scheduleWithFixedDelay(this::syncQuietly, nanos, nanos, TimeUnit.NANOSECONDS);
    }
  }

  /** A failure is kept by the health, and shows at the next write. */
  private void syncQuietly() {
    try {
      syncer.sync();
    } catch (FirnException | IllegalStateException e) {
      // Failed for good, or closed meanwhile.
    }
  }

  /**
   * Closes everything. What is in memory is flushed, unless the store has failed: then it is still
   * in the journal.
   *
   * @throws dev.firn.error.StoreFailedException when that flush failed
   */
  void close() {
    boolean wasHealthy = !health.hasFailed();
    views.close();
    cursors.closeAll();
    compactor.close();
    scrubber.close();
    rotation.close();
    layers.close();
    background.awaitEnd();
    layers.releaseAll();
    views.retireLast();
    Deque<AutoCloseable> closing = new ArrayDeque<>();
    List.of(lock, cache, versions, arenas, journal, background).forEach(closing::push);
    closeAll(closing);
    if (wasHealthy) {
      health.check();
    }
  }

  /** Closes from the newest to the oldest; what fails does not keep the rest from being closed. */
  private static void closeAll(Deque<AutoCloseable> newestFirst) {
    RuntimeException first = null;
    for (AutoCloseable part : newestFirst) {
      try {
        part.close();
      } catch (Exception e) {
        RuntimeException problem =
            e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
        if (first == null) {
          first = problem;
        } else {
          first.addSuppressed(problem);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
