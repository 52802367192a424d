package dev.firn.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MonitorTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final long LONG_NANOS = TimeUnit.HOURS.toNanos(1);

  private final Monitor monitor = new Monitor();
  private boolean closing;
  private volatile boolean interruptedAfter;
  private volatile int wakeUps;

  /**
   * An interrupt and a signal arrive together. The interrupted thread must see the signal, or a
   * closing store would wait for it until the next scrub.
   */
  @Test
  void timedAwait_interruptThenSignal_seesTheSignal() throws Exception {
    assertSignalAfterInterruptIsSeen(
        Thread.ofPlatform().daemon().start(() -> awaitClosing(LONG_NANOS)),
        Thread.State.TIMED_WAITING);
    assertFalse(interruptedAfter, "the interrupt is dropped");
  }

  @Test
  void await_interruptThenSignal_seesTheSignalAndKeepsTheInterrupt() throws Exception {
    assertSignalAfterInterruptIsSeen(
        Thread.ofPlatform().daemon().start(() -> awaitClosing(0)), Thread.State.WAITING);
    assertTrue(interruptedAfter, "the interrupt is lost");
  }

  private void assertSignalAfterInterruptIsSeen(Thread waiter, Thread.State waiting)
      throws Exception {
    awaitState(waiter, waiting);
    synchronized (monitor) {
      waiter.interrupt();
      // The interrupt has ended the wait in Object.wait; the thread waits for the lock.
      awaitState(waiter, Thread.State.BLOCKED);
      closing = true;
      monitor.signalAll();
    }
    assertTrue(waiter.join(LIMIT), "the signal is lost");
  }

  @Test
  void timedAwait_interrupted_endsAndDropsTheInterrupt() throws Exception {
    Thread waiter = Thread.ofPlatform().daemon().start(this::awaitInterrupted);
    assertTrue(waiter.join(LIMIT), "the interrupt does not end the wait");
    assertFalse(interruptedAfter, "a loop around the wait would spin");
  }

  @Test
  void await_interrupted_waitsForTheSignal() throws Exception {
    Thread waiter = Thread.ofPlatform().daemon().start(() -> awaitClosing(0));
    awaitState(waiter, Thread.State.WAITING);
    waiter.interrupt();
    assertFalse(waiter.join(Duration.ofMillis(50)), "the interrupt ended the wait");
    assertEquals(0, wakeUps, "the loop around the wait spins");
    synchronized (monitor) {
      closing = true;
      monitor.signalAll();
    }
    assertTrue(waiter.join(LIMIT), "the signal is lost");
    assertTrue(interruptedAfter, "the interrupt is lost");
    assertEquals(1, wakeUps);
  }

  @Test
  void timedAwait_withoutTime_returnsAtOnce() {
    synchronized (monitor) {
      monitor.await(0);
      monitor.await(-1);
    }
  }

  private void awaitClosing(long nanos) {
    synchronized (monitor) {
      while (!closing) {
        if (nanos > 0) {
          monitor.await(nanos);
        } else {
          monitor.await();
        }
        wakeUps++;
      }
    }
    interruptedAfter = Thread.currentThread().isInterrupted();
  }

  private void awaitInterrupted() {
    Thread.currentThread().interrupt();
    synchronized (monitor) {
      monitor.await(LONG_NANOS);
    }
    interruptedAfter = Thread.currentThread().isInterrupted();
  }

  private static void awaitState(Thread thread, Thread.State state) {
    while (thread.getState() != state) {
      Thread.onSpinWait();
    }
  }
}
