package dev.firn.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.firn.version.VersionEdit;
import dev.firn.version.VersionEdit.JournalFloor;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The steps of the flush and compaction threads, one by one on the test thread. */
class GenerationListTest {

  private final EngineFixture engine = new EngineFixture();

  @AfterEach
  void close() {
    engine.close();
  }

  /** A scan relies on it that no entry is both in a generation and in a table of its view. */
  @Test
  void view_betweenEditAndEndOfFlush_hasNoEntryTwice() {
    Generation first = engine.begin();
    Generation second = engine.begin();
    Generation active = engine.begin();
    assertEquals(List.of(active, second, first), engine.seen());

    long floor = first.segment().number() + 1;
    engine.versions.apply(VersionEdit.of(new JournalFloor(floor)));
    engine.generations.installVersion(); // a compaction ends
    assertEquals(List.of(active, second), engine.seen());
    Generation next = engine.begin(); // a segment is full
    assertEquals(List.of(next, active, second), engine.seen());

    engine.generations.removeFlushed(List.of(first));
    assertEquals(List.of(next, active, second), engine.seen());
    assertEquals(2, engine.generations.frozenCount());
  }
}
