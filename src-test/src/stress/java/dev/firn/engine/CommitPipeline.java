package dev.firn.engine;

import dev.firn.core.file.MemoryFileSystem;
import dev.firn.memtable.KeyNormalizer;
import dev.firn.memtable.MemTable;
import dev.firn.memtable.MemTableArena;
import dev.firn.sstable.BlockCache;
import dev.firn.version.EmptyVersion;
import dev.firn.version.Version;
import dev.firn.version.VersionSet;
import dev.firn.wal.Journal;
import dev.firn.wal.JournalSegment;
import dev.firn.wal.PlainMappedFile;
import dev.firn.wal.RecordBuilder;
import dev.firn.wal.SegmentOver;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * The engine's own {@link Committer}, {@link Syncer} and {@link PointReader} over one generation
 * that is never full, without threads of their own and without files.
 *
 * <p><b>Threading.</b> As the parts; each thread has a session of its own. <b>Ownership.</b> Owns
 * the generation until {@link #end}.
 */
final class CommitPipeline {

  static final int TREE = 1;

  /** Sessions hold nothing from one call to the next, so they may outlive a pipeline. */
  private static final ThreadLocal<Session> SESSIONS = ThreadLocal.withInitial(Session::new);

  private static final Path FOLDER = Path.of("/model");
  private static final long ROOM = 4096;
  private static final long NODES = 1 << 11;

  /** Nothing is prepared in the background: a rotation, which never comes, would do it itself. */
  private static final Executor NOBODY =
      task -> {
        throw new RejectedExecutionException();
      };

  /** More than any test has: none of them waits to be let in. */
  private static final int WRITERS_AT_ONCE = 8;

  private static final ArenaPool ARENAS = new ArenaPool(MemTable.arenaBytes(NODES), NOBODY);
  private static final MemoryFileSystem FILES = files();
  private static final Journal JOURNAL = new Journal(FILES, FOLDER, ROOM, 1, NOBODY);
  private static final VersionSet VERSIONS =
      VersionSet.open(FILES, FOLDER, new BlockCache(0), Runnable::run, 1, true);

  final VisibleSequence visible;
  final JournalSegment segment;
  final Syncer syncer;
  final PointReader reader;
  private final CurrentView views = new CurrentView(Runnable::run);
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
    views.install(List.of(generation), true, version);
    version.release();
    GenerationList layers = new GenerationList(views, VERSIONS, throttle, health);
    Rotation rotation =
        new Rotation(JOURNAL, ARENAS, layers, Runnable::run, KeyNormalizer.none(), 1);
    syncer = new Syncer(views, visible, health, 0);
    committer = new Committer(views, rotation, throttle, syncer, visible, health, WRITERS_AT_ONCE);
    reader = new PointReader(views, visible, health);
  }

  private static MemoryFileSystem files() {
    MemoryFileSystem files = new MemoryFileSystem();
    files.createDirectories(FOLDER);
    return files;
  }

  /** A file with enough room for a few records. */
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

  /** A key's value at a sequence, or 0. */
  int get(int key, long sequence) {
    byte[] value = reader.get(SESSIONS.get().key(TREE, bytes(key)), sequence);
    return value == null ? 0 : ByteBuffer.wrap(value).getInt();
  }

  /** What a record with one value takes in the segment. */
  static long recordBytes() {
    RecordBuilder record = new RecordBuilder();
    record.put(TREE, bytes(0), bytes(0));
    return record.paddedBytes();
  }

  private static byte[] bytes(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  /** Lets go of everything; nobody reads or writes any more. */
  void end() {
    views.close();
    views.retireLast();
    generation.release();
    if (generation.references() != 0) {
      throw new AssertionError(generation + " is still held");
    }
  }
}
