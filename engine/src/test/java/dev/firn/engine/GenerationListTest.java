package dev.firn.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.version.VersionEdit;
import dev.firn.version.VersionEdit.JournalFloor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The steps of the flush and compaction threads, one by one on the test thread. */
class GenerationListTest {

  /** A little less than a frozen generation waits for others. */
  private static final long LEAST_WAIT_NANOS = 400_000_000;

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

  /**
   * Under load some generation is frozen at any time. Each waits for others for half a second of
   * its own, whatever waited before it: otherwise each would be flushed alone.
   */
  @Test
  void awaitFrozen_underLoad_waitsForOthersAgain() {
    Generation first = engine.begin();
    Generation second = engine.begin();
    assertEquals(List.of(first), engine.generations.awaitFrozen());
    Generation third = engine.begin(); // while the first one is written
    long frozen = System.nanoTime();
    engine.generations.removeFlushed(List.of(first));
    assertEquals(List.of(second), engine.generations.awaitFrozen());
    assertTrue(System.nanoTime() - frozen > LEAST_WAIT_NANOS, "it did not wait for others");

    engine.generations.freeze();
    engine.begin();
    frozen = System.nanoTime();
    engine.generations.removeFlushed(List.of(second));
    assertEquals(List.of(third), engine.generations.awaitFrozen());
    assertTrue(System.nanoTime() - frozen > LEAST_WAIT_NANOS, "it did not wait for others");
  }

  @Test
  void awaitFrozen_ofEnoughGenerations_returnsAtOnceWhatOneFlushTakes() {
    List<Generation> begun = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      begun.add(engine.begin());
    }
    assertEquals(begun.subList(0, 8), engine.generations.awaitFrozen());
    engine.generations.removeFlushed(begun.subList(0, 6));
    assertEquals(begun.subList(6, 10), engine.generations.awaitFrozen());
  }

  @Test
  void awaitFrozen_whileItWaits_takesWhatIsFrozenMeanwhile() throws Exception {
    List<Generation> begun = new ArrayList<>(List.of(engine.begin(), engine.begin()));
    AtomicReference<List<Generation>> flushed = new AtomicReference<>();
    Thread flusher =
        Thread.ofPlatform().daemon().start(() -> flushed.set(engine.generations.awaitFrozen()));
    for (int i = 0; i < 3; i++) {
      begun.add(engine.begin());
    }
    assertTrue(flusher.join(Duration.ofSeconds(20)), "it waits for ever");
    List<Generation> taken = flushed.get();
    assertEquals(begun.subList(0, taken.size()), taken);
  }
}
