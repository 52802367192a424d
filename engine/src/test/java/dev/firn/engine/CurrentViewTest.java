package dev.firn.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.version.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Pins against replacements of the view. The tests' own thread is the reader: it reads the current
 * view and pins it in two steps, with a replacement between them.
 */
class CurrentViewTest {

  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final long STRESS_NANOS = 1_500_000_000;

  /** References of the set of versions, and of the view of the fixture. */
  private static final int HELD_ELSEWHERE = 2;

  private static final int STRIPE = ReadView.stripe();

  private final EngineFixture engine = new EngineFixture();
  private final CurrentView currentView = new CurrentView(Runnable::run);
  private final Version version = engine.versions.current();

  @BeforeEach
  void install() {
    currentView.install(List.of(), false, version);
  }

  @AfterEach
  void close() throws Exception {
    Thread closer = Thread.ofPlatform().daemon().start(currentView::close);
    assertTrue(closer.join(LIMIT), "a pin is left");
    currentView.retireLast();
    assertEquals(HELD_ELSEWHERE + 1, version.references(), "a view is not released");
    version.release();
    engine.close();
  }

  private static void unpin(ReadView view) {
    view.pins.getAndDecrement(STRIPE);
    view.reclaimIfRetired();
  }

  @Test
  void pin_ofTheCurrentView_keepsItUntilItIsUndone() {
    ReadView view = currentView.current();
    assertTrue(currentView.pin(view, STRIPE));
    install();
    assertFalse(view.isReleased());
    unpin(view);
    assertTrue(view.isReleased());
  }

  @Test
  void pin_ofAViewThatWasReplacedAfterItWasRead_isRefused() {
    ReadView view = currentView.current();
    install();
    assertTrue(view.isReleased());
    assertFalse(currentView.pin(view, STRIPE), "a reader would read what was released");
    assertFalse(view.isBeingRead());
  }

  /** Without memory the release of a view fails; the next view does it, once. */
  @Test
  void release_thatIsRefused_isDoneWithTheNextView() {
    AtomicReference<OutOfMemoryError> refusal = new AtomicReference<>();
    List<Runnable> given = new ArrayList<>();
    CurrentView views =
        new CurrentView(
            task -> {
              given.add(task);
              OutOfMemoryError error = refusal.get();
              if (error != null) {
                throw error;
              }
            });
    views.install(List.of(), false, version);
    ReadView first = views.current();
    refusal.set(new OutOfMemoryError("refused"));
    assertThrows(OutOfMemoryError.class, () -> views.install(List.of(), false, version));
    assertFalse(first.isReleased());
    refusal.set(null);
    views.install(List.of(), false, version);
    assertEquals(3, given.size(), "the first view twice, the second one once");
    views.close();
    views.retireLast();
    given.forEach(Runnable::run);
    assertTrue(first.isReleased());
    assertEquals(HELD_ELSEWHERE + 2, version.references(), "held by the test and its view");
  }

  /** Another reader still keeps the view, so nothing but the check shows that it is replaced. */
  @Test
  void pin_ofAReplacedViewThatAnotherReaderKeeps_isRefused() {
    ReadView view = currentView.acquire(STRIPE);
    install();
    assertFalse(currentView.pin(view, STRIPE));
    assertFalse(view.isReleased());
    unpin(view);
    assertTrue(view.isReleased());
  }

  /** The refused pin may be the last one, and then nothing else releases the view. */
  @Test
  void pin_thatIsRefusedAndTheLast_releasesTheView() {
    ReadView view = currentView.current();
    view.pins.getAndIncrement(STRIPE); // a reader that is parked before its check
    install();
    assertFalse(view.isReleased());
    view.pins.getAndDecrement(STRIPE);
    assertFalse(currentView.pin(view, STRIPE));
    assertTrue(view.isReleased());
  }

  /** The other order lets a replacement come between the two. A stripe that is none shows it. */
  @Test
  void pin_comesBeforeItsCheck() {
    ReadView view = currentView.current();
    install();
    assertThrows(IndexOutOfBoundsException.class, () -> currentView.pin(view, -1));
  }

  @Test
  void pin_ofAViewThatWasReadBeforeTheStoreWasClosed_isRefused() {
    ReadView view = currentView.current();
    currentView.close();
    assertFalse(currentView.pin(view, STRIPE), "a reader would be inside after close() returned");
    assertFalse(view.isBeingRead());
    assertThrows(IllegalStateException.class, () -> currentView.acquire(STRIPE));
  }

  @Test
  void acquire_isOfTheNewestView() {
    ReadView first = currentView.acquire(STRIPE);
    install();
    ReadView second = currentView.acquire(STRIPE);
    assertSame(currentView.current(), second);
    unpin(first);
    unpin(second);
    assertFalse(second.isReleased());
  }

  /** A short version of {@code CurrentViewStress}. */
  @Test
  void readersAndReplacements_atFullSpeed_neverMeetAReleasedView() throws Exception {
    long end = System.nanoTime() + STRESS_NANOS;
    AtomicReference<String> wrong = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      boolean byCursor = i > 0;
      threads.add(
          Thread.ofPlatform()
              .daemon()
              .start(
                  () -> {
                    while (System.nanoTime() < end && wrong.get() == null) {
                      read(byCursor, wrong);
                    }
                  }));
    }
    while (System.nanoTime() < end && wrong.get() == null) {
      ReadView replaced = currentView.current();
      install();
      for (int waits = 0; !replaced.isReleased(); waits++) {
        Backoff.pause(waits); // so each reader's pin is the last one now and then
        if (System.nanoTime() - end > LIMIT.toNanos()) {
          wrong.set("never released");
          break;
        }
      }
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertNull(wrong.get());
  }

  private void read(boolean byCursor, AtomicReference<String> wrong) {
    int stripe = ReadView.stripe();
    ReadView view = currentView.acquire(stripe);
    if (byCursor) {
      view.pins.getAndIncrement(ReadView.stripe() + ReadView.CURSOR);
      view.pins.getAndDecrement(stripe);
      view.reclaimIfRetired();
    }
    for (int i = 0; i < 3; i++) {
      if (view.isReleased()) {
        wrong.set("released under a pin");
      }
    }
    if (byCursor) {
      view.pins.getAndDecrement(ReadView.stripe() + ReadView.CURSOR);
    } else {
      view.pins.getAndDecrement(stripe);
    }
    view.reclaimIfRetired();
  }
}
