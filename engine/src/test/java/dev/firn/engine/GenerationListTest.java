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

/** GenerationList without the threads that change them: each step of those is done here. */
class GenerationListTest {

  private static final int SEGMENT_BYTES = 1 << 16;
  private static final Path STORE = Path.of("/store");

  private final CurrentView views = new CurrentView(Runnable::run);
  private final ArenaPool arenas = new ArenaPool(SEGMENT_BYTES, Runnable::run);
  private final BlockCache cache = new BlockCache(0);
  private VersionSet versions;
  private Journal journal;
  private GenerationList layers;

  @BeforeEach
  void open() {
    FileSystem fs = new MemoryFileSystem();
    fs.createDirectories(STORE);
    versions = VersionSet.open(fs, STORE, cache, Runnable::run, 1, true);
    versions.begin();
    journal = new Journal(fs, STORE, SEGMENT_BYTES, 1, Runnable::run);
    layers = new GenerationList(views, versions, new Throttle(), new Health(problem -> {}));
  }

  @AfterEach
  void close() {
    views.close();
    layers.releaseAll();
    views.retireLast();
    journal.close();
    arenas.close();
    versions.close();
    cache.close();
  }

  /** What is in memory and in tables would be read twice, and a scan counts on that not to be. */
  @Test
  void view_betweenEditAndEndOfFlush_hasNothingTwice() {
    Generation first = begin();
    Generation second = begin();
    Generation active = begin();
    assertEquals(List.of(active, second, first), seen());

    long floor = first.segment().number() + 1;
    versions.apply(VersionEdit.of(new JournalFloor(floor)));
    layers.versionChanged(); // a merge ends
    assertEquals(List.of(active, second), seen());
    Generation next = begin(); // a segment is full
    assertEquals(List.of(next, active, second), seen());

    layers.flushed(List.of(first));
    assertEquals(List.of(next, active, second), seen());
    assertEquals(2, layers.frozenCount());
  }

  private Generation begin() {
    JournalSegment segment = journal.rotate(1, 0);
    MemTableArena arena = arenas.take(SEGMENT_BYTES);
    MemTable memTable = new MemTable(arena, segment.memory(), KeyNormalizer.none());
    Generation generation = new Generation(segment, memTable, arena, arenas, journal);
    layers.begin(generation);
    return generation;
  }

  private List<Generation> seen() {
    ReadView view = views.acquire();
    try {
      return List.of(view.generations());
    } finally {
      views.release(view);
    }
  }
}
