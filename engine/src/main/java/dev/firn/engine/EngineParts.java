package dev.firn.engine;

import dev.firn.core.MemoryBudget;
import dev.firn.core.MemoryHeldException;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.LockFile;
import dev.firn.error.FirnException;
import dev.firn.memtable.KeyNormalizer;
import dev.firn.memtable.LargeValues;
import dev.firn.sstable.BlockCache;
import dev.firn.version.VersionSet;
import dev.firn.wal.Journal;
import dev.firn.wal.JournalTail;
import dev.firn.wal.RecordBuffers;
import dev.firn.wal.RecoveredJournal;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an open store: created in the order of their dependencies, closed in the reverse
 * order.
 *
 * <p><b>Ownership.</b> Owns all of them.
 */
final class EngineParts {

  /**
   * Interval of {@link Journal#rest}: a store without writes for 5 to 10 seconds keeps no spare
   * segments. Allocating one again takes some 35 ms of a maintenance thread and 25 ms of the
   * writer, about a percent of that time; a spare one takes 16 MiB of the device.
   */
  private static final int REST_SECONDS = 5;

  /** Interval of the check that the folder is still the store's, without a sync interval. */
  private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(5);

  final Health health;
  final CurrentView currentView;
  final KnownGaps gaps;
  final OpenCursors cursors;
  final Throttle throttle;
  private final FileSystem files;
  final Path directory;
  final StoreFolder folder;
  final LockFile lock;
  final ScheduledExecutorService maintenance;
  final MemoryBudget memory;
  final Cleanup cleanup;
  final BlockCache cache;
  final RecordBuffers recordBuffers;
  final VersionSet versions;
  final ArenaPool arenas;
  final Journal journal;
  final JournalTail tail;
  final VisibleSequence visible;
  final StoreClock clock;
  final Snapshots snapshots;
  final GenerationList generations;
  final Rotation rotation;
  final Syncer syncer;
  final Committer committer;
  final PointReader reader;
  final GroupReader groupReader;
  final TableMaker tables;
  final TablesAside aside;
  final TreeOperators operators;
  final Flusher flusher;
  final Compactor compactor;
  final Scrubber scrubber;
  private final ClockMarks clockMarks;
  final Background background;
  final long openNanos;

  /** The index of the step of {@link #close} that waits for the threads. */
  private static final int END_OF_THREADS = 7;

  /** The steps of {@link #close}, each of which may be done again. */
  private final List<Runnable> closing;

  private int nextStep;
  private boolean failedBefore;
  private boolean unflushed;

  /** Opens everything, or nothing. */
  static EngineParts open(Path directory, EngineOptions options, FileSystem files) {
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    Queue<Throwable> problems = new ConcurrentLinkedQueue<>();
    // A thread of its own: the caller may have no stack left, which may be why opening fails.
    Thread closer =
        Thread.ofPlatform().name("firn-close").unstarted(() -> closeAll(opened, problems));
    try {
      EngineParts parts = new EngineParts(directory, options, files, opened);
      AutoCloseable all = parts::close;
      opened.clear();
      opened.push(all);
      parts.start(options);
      return parts;
    } catch (Throwable t) {
      closer.start();
      boolean interrupted = false;
      while (closer.isAlive()) {
        try {
          closer.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      problems.forEach(t::addSuppressed);
      throw t;
    }
  }

  /** Closes after a failed opening; what fails here is added to the reason. */
  static void closeQuietly(EngineParts parts, Throwable reason) {
    try {
      parts.close();
    } catch (Throwable t) {
      reason.addSuppressed(t);
    }
  }

  /**
   * @param opened receives what must be closed if the constructor throws, the newest first
   */
  private EngineParts(
      Path directory, EngineOptions options, FileSystem realFiles, Deque<AutoCloseable> opened) {
    long start = System.nanoTime();
    this.health = new Health(options.problems());
    WatchedFiles files = new WatchedFiles(realFiles, health);
    opened.push(files);
    this.files = files;
    this.directory = directory;
    this.folder = new StoreFolder(files, directory);
    this.lock = folder.lock(options.createIfMissing());
    opened.push(lock);
    files.own(lock);
    folder.warnOfCopyOnWrite(health);
    String name = String.valueOf(directory.getFileName());
    this.maintenance = new MaintenanceExecutor(name, health);
    opened.push(() -> Background.shutDown(maintenance));
    this.cleanup = new Cleanup(maintenance);
    this.throttle = new Throttle(options.compaction().levelZeroSlowdownBytes());
    this.currentView = new CurrentView(cleanup);
    health.locateLostPagesWith(new LostPageFinder(directory, currentView));
    this.memory = new MemoryBudget(options.memoryBytes());
    this.cache = new BlockCache(options.blockCacheBytes(), memory, options.pageCacheBytes());
    opened.push(cache);
    this.recordBuffers = new RecordBuffers(memory);
    opened.push(recordBuffers);
    this.versions =
        VersionSet.open(
            files,
            directory,
            cache,
            cleanup,
            new SecureRandom().nextLong(),
            options.createIfMissing());
    opened.push(versions);
    this.arenas =
        new ArenaPool(
            options.journalSegmentBytes(),
            maintenance,
            memory,
            e -> health.warn("preparing a memtable, which is tried again", e));
    opened.push(arenas);

    Supplier<LargeValues> largeValues =
        () -> ValueThresholds.of(versions.trees(), options.minValueFileBytes());
    Replay replay = new Replay(arenas, KeyNormalizer.none(), largeValues.get());
    RecoveredJournal recovered =
        JournalOpening.recover(files, directory, versions, options, replay);
    recovered.segments().forEach(segment -> opened.push(segment::release));
    this.tail = recovered.tail();
    this.journal =
        new Journal(
            files, directory, options.journalSegmentBytes(), recovered, maintenance, memory);
    opened.push(journal);
    journal.whenPreparationFails(e -> health.warn("preparing a journal segment", e));

    this.clock = new StoreClock(options.clock(), versions.state().clock());
    if (replay.hasExpiring() || versions.state().shape().expiringEntries() > 0) {
      clock.need();
    }
    this.visible = new VisibleSequence(health, recovered.nextSequence() - 1);
    this.gaps = new KnownGaps(visible::get, currentView::currentOrNull, options.gapEntries());
    this.operators = new TreeOperators(health);
    MergeReader merges = new MergeReader(operators, health);
    this.cursors = new OpenCursors(memory, gaps, merges, health, clock);
    opened.push(cursors);
    this.snapshots = new Snapshots(visible::get, clock);
    this.aside = new TablesAside();
    this.generations =
        new GenerationList(
            currentView,
            versions,
            throttle,
            health,
            FrozenLimits.of(options.memoryBytes(), options.journalSegmentBytes()),
            aside);
    this.rotation =
        new Rotation(
            journal,
            arenas,
            memory,
            generations,
            maintenance,
            health,
            replay.normalizer(),
            largeValues,
            recovered.nextSequence());
    this.syncer = new Syncer(currentView, visible, health, versions.state().lastSequence());
    this.committer =
        new Committer(
            currentView, rotation, throttle, syncer, visible, gaps, health, Committer.maxWriters());
    this.reader = new PointReader(currentView, visible, merges, clock, health);
    this.groupReader = new GroupReader(currentView, visible, merges, clock, health);
    ValueSpace values = new ValueSpace(files, versions, health);
    this.tables =
        new TableMaker(
            files,
            directory,
            options,
            versions,
            snapshots,
            EngineParts::seconds,
            clock,
            memory,
            cache.residency(),
            aside,
            operators,
            values);
    this.compactor =
        new Compactor(
            versions,
            options.compaction(),
            tables,
            values,
            generations,
            cursors.readLoad(),
            health,
            aside,
            new CompactionFailures(directory, aside, health));
    this.flusher =
        new Flusher(versions, generations, visible, tables, syncer, compactor::wake, health);
    this.scrubber =
        new Scrubber(versions, health, options.scrubIntervalNanos(), options.scrubBytesPerSecond());
    this.background =
        new Background(name, maintenance, health.deathRecorder(), flusher, compactor, scrubber);
    this.clockMarks = new ClockMarks(versions, clock, compactor, health);
    health.onFailure(generations::wakeAll);
    health.onFailure(compactor::wake);
    health.onFailure(() -> throttle.setPressure(0));
    generations.recover(replay.finish(recovered, journal));
    this.closing =
        List.of(
            () -> {
              throttle.setPressure(0); // sleeping writers go on, to be refused
              checkOwned(files, directory);
            },
            currentView::close,
            cursors::closeAll,
            compactor::close,
            scrubber::close,
            rotation::close,
            generations::close,
            background::awaitEnd,
            this::checkFlushed,
            clockMarks::writeLast,
            generations::releaseAll,
            currentView::retireLast,
            background::close,
            journal::close,
            arenas::close,
            recordBuffers::close,
            cursors::close,
            versions::close,
            cache::close,
            lock::close,
            () -> closeRest(files));
    this.openNanos = System.nanoTime() - start;
  }

  /** Starts the threads. From here on the parts are closed by {@link #close}. */
  private void start(EngineOptions options) {
    background.start();
    syncEvery(options.syncIntervalNanos());
    long checkNanos = options.syncIntervalNanos() == 0 ? CHECK_NANOS : options.syncIntervalNanos();
    maintenance.scheduleWithFixedDelay(
        () -> checkOwned(files, directory), checkNanos, checkNanos, TimeUnit.NANOSECONDS);
    maintenance.scheduleWithFixedDelay(journal::rest, REST_SECONDS, REST_SECONDS, TimeUnit.SECONDS);
    maintenance.scheduleWithFixedDelay(journal::trim, 1, 1, TimeUnit.MINUTES);
    maintenance.scheduleWithFixedDelay(
        clockMarks, ClockMarks.INTERVAL_MILLIS, ClockMarks.INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    RestWork restWork =
        new RestWork(
            currentView,
            rotation,
            compactor,
            snapshots,
            health,
            options.compaction().tombstoneMaxAgeSeconds());
    gaps.whenLarge(() -> restWork.flushDeletionsBy(maintenance));
    maintenance.scheduleWithFixedDelay(
        restWork, RestWork.INTERVAL_NANOS, RestWork.INTERVAL_NANOS, TimeUnit.NANOSECONDS);
  }

  private static long seconds() {
    return TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
  }

  private void syncEvery(long nanos) {
    if (nanos > 0) {
      maintenance.scheduleWithFixedDelay(this::syncQuietly, nanos, nanos, TimeUnit.NANOSECONDS);
    }
  }

  private static void checkOwned(FileSystem files, Path directory) {
    try {
      files.checkOwned(directory);
    } catch (FirnException e) {
      // The store has failed.
    }
  }

  /** {@link Health} keeps a failure, and the next write throws it. */
  private void syncQuietly() {
    try {
      syncer.sync();
    } catch (FirnException | IllegalStateException e) {
      // The store has failed, or it was closed meanwhile.
    }
  }

  /** What the store holds and has done. */
  EngineStats stats() {
    return new EngineStats(
        currentView,
        new EngineStats.Memory(memory, arenas, cache),
        new EngineStats.Commits(visible, snapshots, syncer),
        new EngineStats.BackgroundWork(flusher, tables, aside),
        new EngineStats.Delays(rotation, throttle),
        folder);
  }

  /**
   * Closes everything. Memtables are flushed, unless the store has failed: then their entries are
   * still in the journal.
   *
   * <p>A step that fails is done once more. If it fails again, a step that ends the use of the
   * store ends the call, which may be made again; one that frees something is skipped, because the
   * last step closes all files.
   *
   * @throws dev.firn.error.StoreFailedException when that flush failed
   * @throws MemoryHeldException when a thread of the user's reads a key or value in place in a call
   *     of the JDK, and did not end that within some seconds; the rest is closed
   */
  void close() {
    if (isClosed()) {
      return;
    }
    if (nextStep == 0) {
      failedBefore = health.hasFailed();
    }
    Throwable first = null;
    for (int failures = 0; !isClosed(); ) {
      try {
        closing.get(nextStep).run();
        nextStep++;
        failures = 0;
      } catch (Throwable t) {
        first = first == null || first instanceof MemoryHeldException ? t : first;
        failures++;
        if (failures == 2) {
          if (!isSkippable(nextStep)) {
            break;
          }
          nextStep++;
          failures = 0;
        }
      }
    }
    throwFirst(isClosed() && first instanceof MemoryHeldException ? null : first);
    if (!failedBefore || unflushed) {
      health.check();
    }
  }

  /** Closes what other steps could not close, because the user's threads were reading it. */
  private void closeRest(WatchedFiles files) {
    Queue<Throwable> problems = new ArrayDeque<>();
    closeAll(
        new ArrayDeque<>(List.of(arenas, recordBuffers, cursors, cache, files::close)), problems);
    throwFirst(problems.peek());
  }

  /** Whether {@link #close} has got to its end. */
  boolean isClosed() {
    return nextStep == closing.size();
  }

  /** Whether a step frees something, when all threads have ended, and is not the last. */
  private boolean isSkippable(int step) {
    return step > END_OF_THREADS && step < closing.size() - 1;
  }

  /** Every thread has ended: now each acknowledged entry is in a table, or the store has failed. */
  private void checkFlushed() {
    unflushed = generations.hasUnflushed();
    health.noteDeaths();
    if (unflushed && !health.hasFailed()) {
      health.fail("closing", new IllegalStateException("the flush thread has ended too early"));
    }
  }

  private static void throwFirst(@Nullable Throwable first) {
    if (first instanceof Error error) {
      throw error;
    }
    if (first instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (first != null) {
      throw new IllegalStateException(first);
    }
  }

  /** Closes from the newest to the oldest; a failure does not keep the rest from being closed. */
  private static void closeAll(Deque<AutoCloseable> newestFirst, Queue<Throwable> problems) {
    for (AutoCloseable part : newestFirst) {
      try {
        part.close();
      } catch (Throwable t) {
        problems.add(t);
      }
    }
  }
}
