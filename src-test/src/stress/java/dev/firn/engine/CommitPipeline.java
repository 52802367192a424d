package dev.firn.engine;

import dev.firn.core.MemoryBudget;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.memtable.KeyNormalizer;
import dev.firn.memtable.LargeValues;
import dev.firn.memtable.MemTable;
import dev.firn.memtable.MemTableArena;
import dev.firn.sstable.BlockCache;
import dev.firn.version.EmptyVersion;
import dev.firn.version.Version;
import dev.firn.version.VersionSet;
import dev.firn.wal.Journal;
import dev.firn.wal.JournalSegment;
import dev.firn.wal.PlainMappedFile;
import dev.firn.wal.RecordBuffers;
import dev.firn.wal.RecordBuilder;
import dev.firn.wal.SegmentOver;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The engine's own {@link Committer}, {@link Syncer} and {@link PointReader} over one generation
 * that is never full, without background threads and without real files.
 *
 * <p><b>Threading.</b> That of the parts; each thread has a session of its own. <b>Ownership.</b>
 * Owns the generation until {@link #end}.
 */
final class CommitPipeline {

  static final int TREE = 1;

  /** Sessions keep no state from call to call, so they may outlive a pipeline. */
  private static final ThreadLocal<Session> SESSIONS =
      ThreadLocal.withInitial(() -> new Session(new RecordBuffers(MemoryBudget.unbounded())));

  private static final Path FOLDER = Path.of("/model");
  private static final long ROOM = 4096;
  private static final long NODES = 1 << 11;

  /** Rejects background tasks. Only a rotation would need their results, and there is none. */
  private static final Executor REJECTING =
      task -> {
        throw new RejectedExecutionException();
      };

  /** More than any test has, so that all writers are admitted. */
  private static final int MAX_WRITERS = 8;

  private static final ArenaPool ARENAS =
      new ArenaPool(MemTable.arenaBytes(NODES), REJECTING, MemoryBudget.unbounded(), e -> {});
  private static final MemoryFileSystem FILES = files();
  private static final Journal JOURNAL = new Journal(FILES, FOLDER, ROOM, 1, REJECTING);
  private static final VersionSet VERSIONS =
      VersionSet.open(FILES, FOLDER, new BlockCache(0), Runnable::run, 1, true);

  final VisibleSequence visible;
  final JournalSegment segment;
  final Syncer syncer;
  final PointReader reader;
  private final CurrentView currentView = new CurrentView(Runnable::run);
  private final Generation generation;
  private final Committer committer;

  CommitPipeline(PlainMappedFile file) {
    Health health = new Health(problem -> {});
    Throttle throttle = new Throttle();
    visible = new VisibleSequence(health, 0);
    segment = SegmentOver.file(file);
    MemTableArena arena = ARENAS.take(0);
    MemTable memTable = new MemTable(arena, segment.memory(), KeyNormalizer.none());
    generation = new Generation(segment, memTable, arena, ARENAS, JOURNAL);
    Version version = EmptyVersion.make();
    currentView.install(List.of(generation), true, version);
    version.release();
    GenerationList generations =
        new GenerationList(
            currentView, VERSIONS, throttle, health, FrozenLimits.USUAL, new TablesAside());
    Rotation rotation =
        new Rotation(
            JOURNAL,
            ARENAS,
            MemoryBudget.unbounded(),
            generations,
            Runnable::run,
            health,
            KeyNormalizer.none(),
            () -> LargeValues.NONE,
            1);
    syncer = new Syncer(currentView, visible, health, 0);
    committer =
        new Committer(
            currentView,
            rotation,
            throttle,
            syncer,
            visible,
            KnownGaps.none(),
            health,
            MAX_WRITERS);
    StoreClock clock = new StoreClock(InstantSource.system(), 0);
    reader = new PointReader(currentView, visible, MergeReader.none(health), clock, health);
  }

  private static MemoryFileSystem files() {
    MemoryFileSystem files = new MemoryFileSystem();
    files.createDirectories(FOLDER);
    return files;
  }

  /** A file with room for a few records. */
  static PlainMappedFile file() {
    return new PlainMappedFile(ROOM);
  }

  /** Commits one value under each of the keys. */
  void put(int value, boolean synced, int... keys) {
    Session session = SESSIONS.get();
    RecordBuilder record = session.newRecord();
    for (int key : keys) {
      record.put(TREE, bytes(key), bytes(value));
    }
    committer.commit(record, session.inserter(), synced);
  }

  /** A key's value at a sequence, or 0; see {@link PointReader}. */
  int get(int key, @Nullable LongSupplier sequence) {
    byte[] value = reader.get(SESSIONS.get().key(TREE, bytes(key)), sequence);
    return value == null ? 0 : ByteBuffer.wrap(value).getInt();
  }

  /** The size of a record with one value in the segment. */
  static long recordBytes() {
    RecordBuilder record = new RecordBuilder();
    record.put(TREE, bytes(0), bytes(0));
    return record.paddedBytes();
  }

  private static byte[] bytes(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  /** Releases everything; called when all reads and writes have ended. */
  void end() {
    currentView.close();
    currentView.retireLast();
    generation.release();
    if (generation.references() != 0) {
      throw new AssertionError(generation + " is not released");
    }
  }
}
