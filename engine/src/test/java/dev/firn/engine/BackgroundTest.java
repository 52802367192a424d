package dev.firn.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class BackgroundTest {

  /** A wait times out if the whole process is paused or the device takes minutes. */
  @Test
  void shutDown_whenAWaitTimesOut_stillRunsQueuedTasks() {
    CountDownLatch waitedFor = new CountDownLatch(1);
    AtomicBoolean done = new AtomicBoolean();
    ScheduledThreadPoolExecutor maintenance =
        new ScheduledThreadPoolExecutor(1) {
          @Override
          public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
            if (waitedFor.getCount() > 0) {
              waitedFor.countDown();
              return false;
            }
            return super.awaitTermination(timeout, unit);
          }
        };
    maintenance.execute(
        () -> {
          while (waitedFor.getCount() > 0) {
            Thread.onSpinWait();
          }
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        });
    maintenance.execute(() -> done.set(true));
    Background.shutDown(maintenance);
    assertTrue(done.get());
  }
}
