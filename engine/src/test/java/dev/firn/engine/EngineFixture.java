package dev.firn.engine;

import dev.firn.core.file.MemoryFileSystem;
import dev.firn.core.file.ReadFile;
import dev.firn.memtable.KeyNormalizer;
import dev.firn.memtable.MemTable;
import dev.firn.memtable.MemTableArena;
import dev.firn.sstable.BlockCache;
import dev.firn.version.VersionSet;
import dev.firn.wal.Journal;
import dev.firn.wal.JournalSegment;
import dev.firn.wal.RecordBuilder;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/**
 * The parts that the parts under test work with, over a file system in memory and without threads:
 * each step of the background threads is a call of the test.
 */
final class EngineFixture implements AutoCloseable {

  static final Path STORE = Path.of("/store");
  static final int SEGMENT_BYTES = 1 << 16;

  final MemoryFileSystem files = new MemoryFileSystem();
  final Health health = new Health(problem -> {});
  final CurrentView currentView = new CurrentView(Runnable::run);
  final ArenaPool arenas = new ArenaPool(SEGMENT_BYTES, Runnable::run);
  final VisibleSequence visible = new VisibleSequence(health, 0);
  final VersionSet versions;
  final Journal journal;
  final GenerationList generations;
  private final BlockCache cache = new BlockCache(0);

  EngineFixture() {
    files.createDirectories(STORE);
    versions = VersionSet.open(files, STORE, cache, Runnable::run, 1, true);
    versions.begin();
    journal = new Journal(files, STORE, SEGMENT_BYTES, 1, Runnable::run);
    generations =
        new GenerationList(currentView, versions, new Throttle(), health, new TablesAside());
    health.onFailure(generations::wakeAll);
    generations.recover(List.of());
  }

  /** Begins a generation; the preceding one is sealed. */
  Generation begin() {
    JournalSegment segment = journal.rotate(visible.get() + 1, 0);
    MemTableArena arena = arenas.take(SEGMENT_BYTES);
    MemTable memTable = new MemTable(arena, segment.memory(), KeyNormalizer.none());
    Generation generation = new Generation(segment, memTable, arena, arenas, journal);
    generations.begin(generation);
    return generation;
  }

  /** Writes one entry to the journal and makes it visible. */
  synchronized void write(Generation generation) {
    JournalSegment segment = generation.segment();
    RecordBuilder record = new RecordBuilder();
    record.put(1, new byte[] {1, 2, 3}, new byte[100]);
    long reservation = segment.reserve(record.paddedBytes(), 1);
    long offset = JournalSegment.offset(reservation);
    long sequence = segment.firstSequence(reservation);
    segment.append(record, offset, sequence, true);
    segment.publish(offset + record.paddedBytes());
    visible.raise(sequence, record.userBytes(), record.paddedBytes());
  }

  /** Whether a power cut at this moment would lose nothing that the generation has published. */
  boolean isOnDevice(Generation generation) {
    MemoryFileSystem cut = files.crashCloneSyncedOnly();
    byte[] left = new byte[(int) generation.segment().published()];
    try (ReadFile file = cut.openRead(generation.segment().path())) {
      file.read(0, MemorySegment.ofArray(left), 0, left.length);
    }
    MemorySegment written = generation.segment().memory().asSlice(0, left.length);
    return written.mismatch(MemorySegment.ofArray(left)) < 0;
  }

  /** The generations of the current view, newest first. */
  List<Generation> seen() {
    ReadView view = currentView.acquire(ReadView.stripe());
    try {
      return List.of(view.generations());
    } finally {
      view.pins.getAndDecrement(ReadView.stripe());
      view.reclaimIfRetired();
    }
  }

  @Override
  public void close() {
    currentView.close();
    generations.releaseAll();
    currentView.retireLast();
    journal.close();
    arenas.close();
    versions.close();
    cache.close();
  }
}
