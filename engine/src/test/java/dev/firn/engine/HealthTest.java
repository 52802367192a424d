package dev.firn.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.error.CorruptionException;
import dev.firn.error.StoreFailedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Failures that the failing thread cannot put into words. */
class HealthTest {

  private final List<Problem> told = new ArrayList<>();
  private final Health health = new Health(told::add);
  private final StackOverflowError error = new StackOverflowError();

  @Test
  void fail_keepsTheFirst() {
    health.fail("flushing", error);
    StoreFailedException second = health.fail("compacting", new IllegalStateException());
    assertSame(error, second.getCause());
    assertEquals(1, told.size());
    assertEquals("flushing", told.getFirst().doing());
  }

  @Test
  void causeAlone_isAFailure_andIsToldOnceByTheThreadThatAsks() {
    boolean[] woken = new boolean[1];
    health.onFailure(() -> woken[0] = true);
    health.cause = error;
    assertTrue(health.hasFailed());
    assertTrue(told.isEmpty());

    assertSame(error, assertThrows(StoreFailedException.class, health::check).getCause());
    assertTrue(woken[0]);
    Problem failure = health.failure();
    assertNotNull(failure);
    assertSame(error, failure.cause());
    assertEquals(List.of(failure), told);
  }

  @Test
  void deadThread_isAFailureOnceAThreadLooks() throws Exception {
    Thread thread =
        Thread.ofPlatform()
            .uncaughtExceptionHandler(health.deathRecorder())
            .start(
                () -> {
                  throw error;
                });
    thread.join();
    assertFalse(health.hasFailed());
    health.noteDeaths();
    assertTrue(health.hasFailed());
    assertTrue(told.isEmpty(), "a waiting thread may hold locks");
    Problem failure = health.failure();
    assertNotNull(failure);
    assertSame(error, failure.cause());
  }

  @Test
  void noDeath_noFailure() {
    health.noteDeaths();
    health.check();
    assertNull(health.failure());
  }

  /** The words are those of the thread that met the failure, if it has them soon. */
  @Test
  void check_whileAnotherThreadFails_waitsForItsWords() throws Exception {
    CountDownLatch failing = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Health slow =
        new Health(
            problem -> {
              failing.countDown();
              awaitUninterrupted(release);
            });
    // Damage is told before the failure that it causes.
    CorruptionException damage = new CorruptionException(Path.of("f"), 0, "this", "that");
    Thread thread = Thread.ofPlatform().daemon().start(() -> slow.fail("reading", damage));
    failing.await();
    Thread releaser =
        Thread.ofPlatform()
            .start(
                () -> {
                  awaitUninterrupted(failing);
                  release.countDown();
                });
    StoreFailedException seen = assertThrows(StoreFailedException.class, slow::check);
    assertTrue(seen.getMessage().contains("reading"), seen::getMessage);
    releaser.join();
    thread.join();
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
