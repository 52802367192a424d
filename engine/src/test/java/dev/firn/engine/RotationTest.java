package dev.firn.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.error.StorageException;
import dev.firn.error.StoreFailedException;
import dev.firn.memtable.KeyNormalizer;
import dev.firn.memtable.LargeValues;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RotationTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final EngineFixture engine = new EngineFixture();
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final Rotation rotation = rotation(tasks::add, 1);

  private Rotation rotation(Executor maintenance, long nextSequence) {
    return new Rotation(
        engine.journal,
        engine.arenas,
        engine.budget,
        engine.generations,
        maintenance,
        engine.health,
        KeyNormalizer.none(),
        () -> LargeValues.NONE,
        nextSequence);
  }

  @AfterEach
  void close() {
    tasks.forEach(Runnable::run);
    engine.close();
  }

  private Generation rotate(@Nullable Generation full) {
    rotation.rotate(full, 0, 0);
    return engine.seen().getFirst();
  }

  @Test
  void rotate_first_beginsWithTheGivenSequence() {
    rotation(Runnable::run, 7).rotate(null, 0, 0);
    assertEquals(7, engine.seen().getFirst().segment().firstSequence());
  }

  @Test
  void rotate_ofAFullGeneration_sealsItAndContinuesItsSequences() {
    Generation first = rotate(null);
    engine.write(first);
    engine.write(first);
    Generation second = rotate(first);
    assertEquals(List.of(second, first), engine.seen());
    assertTrue(first.segment().isSealed());
    assertFalse(second.segment().isSealed());
    assertEquals(3, second.segment().firstSequence());
    assertEquals(1, engine.generations.frozenCount());
  }

  /** All writers that found a generation full ask for the next; one of them gets it. */
  @Test
  void rotate_ofAGenerationThatIsNotActive_doesNothing() {
    Generation first = rotate(null);
    Generation second = rotate(first);
    assertSame(second, rotate(first));
    assertSame(second, rotate(null));
    assertFalse(second.segment().isSealed());
    assertEquals(List.of(second, first), engine.seen());
  }

  @Test
  void rotate_forALargeRecord_makesRoomForIt() {
    long bytes = 3 * EngineFixture.SEGMENT_BYTES;
    rotation.rotate(null, bytes, bytes);
    Generation active = engine.seen().getFirst();
    assertTrue(active.memTable().tryBudget(bytes));
    assertTrue(active.segment().reserve(bytes, 1) >= 0);
  }

  @Test
  void rotate_atTheLimitOfFrozenGenerations_waitsForAFlush() throws Exception {
    List<Generation> begun = beginToTheLimit();
    Generation newest = begun.getLast();
    assertEquals(0, rotation.stalls());
    Thread writer = Thread.ofPlatform().daemon().start(() -> rotate(newest));
    awaitWaiting(writer);
    assertFalse(newest.segment().isSealed(), "the writers of a stalled rotation could go on");

    engine.generations.removeFlushed(begun.subList(0, 1));
    assertTrue(writer.join(LIMIT), "a flush does not end the wait");
    assertEquals(FrozenLimits.USUAL.max(), engine.generations.frozenCount());
    assertEquals(1, rotation.stalls());
    assertTrue(rotation.stalledNanos() > 0);
  }

  @Test
  void rotate_thatWaitsWhenTheStoreFails_throws() throws Exception {
    List<Generation> begun = beginToTheLimit();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread writer =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    rotate(begun.getLast());
                  } catch (Throwable t) {
                    thrown.set(t);
                  }
                });
    awaitWaiting(writer);
    engine.health.fail("flushing", new StorageException(EngineFixture.STORE, "broken", null));
    assertTrue(writer.join(LIMIT), "the failure does not end the wait");
    assertInstanceOf(StoreFailedException.class, thrown.get());
    assertSame(begun.getLast(), engine.seen().getFirst());
  }

  /** An active generation above as many frozen ones as there may be; the oldest first. */
  private List<Generation> beginToTheLimit() {
    List<Generation> begun = new ArrayList<>(List.of(rotate(null)));
    while (engine.generations.frozenCount() < FrozenLimits.USUAL.max()) {
      begun.add(rotate(begun.getLast()));
    }
    return begun;
  }

  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      assertTrue(thread.isAlive(), "the rotation did not wait");
      Thread.onSpinWait();
    }
  }

  @Test
  void freeze_withoutEntries_keepsTheActiveGeneration() {
    assertEquals(0, rotation.freeze());
    Generation active = rotate(null);
    assertEquals(0, rotation.freeze());
    assertFalse(active.segment().isSealed());
    assertEquals(0, engine.generations.frozenCount());
  }

  @Test
  void freeze_withEntries_sealsThemAndNamesTheLastSequence() {
    Generation first = rotate(null);
    engine.write(first);
    engine.write(first);
    assertEquals(2, rotation.freeze());
    assertTrue(first.segment().isSealed());
    assertEquals(1, engine.generations.frozenCount());
    assertEquals(2, rotation.freeze(), "there is nothing more to freeze");

    Generation second = rotate(null);
    assertEquals(3, second.segment().firstSequence());
    assertEquals(List.of(second, first), engine.seen());
  }

  @Test
  void close_freezesTheActiveGenerationAndBeginsNoOther() {
    Generation first = rotate(null);
    engine.write(first);
    rotation.close();
    assertEquals(1, engine.generations.frozenCount());
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> rotation.rotate(null, 0, 0));
    assertEquals("the store is closed", e.getMessage());
    assertEquals(List.of(first), engine.seen());
  }

  /** The memtable must stay readable while the task samples its keys. */
  @Test
  void sealedGeneration_isHeldUntilItsKeysAreSampled() {
    Generation first = rotate(null);
    rotate(first);
    assertEquals(1, tasks.size());
    engine.generations.removeFlushed(List.of(first));
    assertEquals(1, first.references(), "the task holds the last reference");
    tasks.remove().run();
    assertEquals(0, first.references());
  }

  @Test
  void sealedGeneration_isReleasedWhenTheTaskIsRejected() {
    Rotation closing =
        rotation(
            task -> {
              throw new RejectedExecutionException();
            },
            1);
    closing.rotate(null, 0, 0);
    Generation first = engine.seen().getFirst();
    closing.rotate(first, 0, 0);
    engine.generations.removeFlushed(List.of(first));
    assertEquals(0, first.references());
  }
}
