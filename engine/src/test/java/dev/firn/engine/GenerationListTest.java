package dev.firn.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.firn.core.file.FileSystem;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.memtable.KeyNormalizer;
import dev.firn.memtable.MemTable;
import dev.firn.memtable.MemTableArena;
import dev.firn.sstable.BlockCache;
import dev.firn.version.VersionEdit;
import dev.firn.version.VersionEdit.JournalFloor;
import dev.firn.version.VersionSet;
import dev.firn.wal.Journal;
import dev.firn.wal.JournalSegment;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The steps of the flush and compaction threads, one by one on the test thread. */
class GenerationListTest {

  private static final int SEGMENT_BYTES = 1 << 16;
  private static final Path STORE = Path.of("/store");

  private final CurrentView currentView = new CurrentView(Runnable::run);
  private final ArenaPool arenas = new ArenaPool(SEGMENT_BYTES, Runnable::run);
  private final BlockCache cache = new BlockCache(0);
  private VersionSet versions;
  private Journal journal;
  private GenerationList generations;

  @BeforeEach
  void open() {
    FileSystem fs = new MemoryFileSystem();
    fs.createDirectories(STORE);
    versions = VersionSet.open(fs, STORE, cache, Runnable::run, 1, true);
    versions.begin();
    journal = new Journal(fs, STORE, SEGMENT_BYTES, 1, Runnable::run);
    generations = new GenerationList(currentView, versions, new Throttle(), new Health(problem -> {}));
  }

  @AfterEach
  void close() {
    currentView.close();
    generations.releaseAll();
    currentView.retireLast();
    journal.close();
    arenas.close();
    versions.close();
    cache.close();
  }

  /** A scan relies on it that no entry is both in a generation and in a table of its view. */
  @Test
  void view_betweenEditAndEndOfFlush_hasNoEntryTwice() {
    Generation first = begin();
    Generation second = begin();
    Generation active = begin();
    assertEquals(List.of(active, second, first), seen());

    long floor = first.segment().number() + 1;
    versions.apply(VersionEdit.of(new JournalFloor(floor)));
    generations.versionChanged(); // a compaction ends
    assertEquals(List.of(active, second), seen());
    Generation next = begin(); // a segment is full
    assertEquals(List.of(next, active, second), seen());

    generations.removeFlushed(List.of(first));
    assertEquals(List.of(next, active, second), seen());
    assertEquals(2, generations.frozenCount());
  }

  private Generation begin() {
    JournalSegment segment = journal.rotate(1, 0);
    MemTableArena arena = arenas.take(SEGMENT_BYTES);
    MemTable memTable = new MemTable(arena, segment.memory(), KeyNormalizer.none());
    Generation generation = new Generation(segment, memTable, arena, arenas, journal);
    generations.begin(generation);
    return generation;
  }

  private List<Generation> seen() {
    ReadView view = currentView.acquire(ReadView.stripe());
    try {
      return List.of(view.generations());
    } finally {
      view.pins.getAndDecrement(ReadView.stripe());
      view.reclaimIfRetired();
    }
  }
}
