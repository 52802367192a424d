package dev.firn.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class UninterruptedTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final long LONG_NANOS = TimeUnit.HOURS.toNanos(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean closing;
  private boolean interruptedAfter = true;

  /**
   * Found by a storm of interrupts around closes: a thread that was interrupted while another one
   * told it to end waited on, for as long as a scrub waits for its next pass, and the close with
   * it.
   */
  @Test
  void signalRightBehindAnInterrupt_isNotMissed() throws Exception {
    Thread waiter = Thread.ofPlatform().daemon().start(this::awaitClosing);
    awaitState(waiter, Thread.State.TIMED_WAITING);
    lock.lock();
    try {
      waiter.interrupt();
      // The interrupt has ended the wait; what the thread waits for now is the lock.
      awaitState(waiter, Thread.State.WAITING);
      closing = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    assertTrue(waiter.join(LIMIT), "still waiting");
  }

  @Test
  void interrupt_isForgotten() throws Exception {
    Thread waiter = Thread.ofPlatform().daemon().start(this::awaitInterrupted);
    assertTrue(waiter.join(LIMIT), "an interrupt ended no wait");
    assertFalse(interruptedAfter, "a loop around the wait would spin");
  }

  private void awaitClosing() {
    lock.lock();
    try {
      while (!closing) {
        Uninterrupted.await(changed, LONG_NANOS);
      }
    } finally {
      lock.unlock();
    }
  }

  private void awaitInterrupted() {
    Thread.currentThread().interrupt();
    lock.lock();
    try {
      Uninterrupted.await(changed, LONG_NANOS);
    } finally {
      lock.unlock();
    }
    interruptedAfter = Thread.currentThread().isInterrupted();
  }

  private static void awaitState(Thread thread, Thread.State state) {
    while (thread.getState() != state) {
      Thread.onSpinWait();
    }
  }
}
