package dev.firn.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class BackgroundTest {

  /** As after a pause of the whole process, or beside a device that takes minutes. */
  @Test
  void shutDown_whenPatienceHasEnded_stillDoesWhatWaits() {
    CountDownLatch waitedFor = new CountDownLatch(1);
    AtomicBoolean done = new AtomicBoolean();
    ScheduledThreadPoolExecutor chores =
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
    chores.execute(
        () -> {
          while (waitedFor.getCount() > 0) {
            Thread.onSpinWait();
          }
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        });
    chores.execute(() -> done.set(true));
    Background.shutDown(chores);
    assertTrue(done.get());
  }
}
