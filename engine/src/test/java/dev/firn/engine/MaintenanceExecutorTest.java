package dev.firn.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MaintenanceExecutorTest {

  private static final int ROUNDS = 2_000;

  /** A reader that ends while the store is closed hands over the task that releases its files. */
  @Test
  void execute_whileShutDown_runsOrRefuses() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      MaintenanceExecutor maintenance = new MaintenanceExecutor("test", new Health(problem -> {}));
      AtomicInteger done = new AtomicInteger();
      AtomicInteger accepted = new AtomicInteger();
      CyclicBarrier begin = new CyclicBarrier(2);
      Thread reader =
          Thread.ofPlatform().start(() -> executeUntilRefused(maintenance, begin, accepted, done));
      begin.await();
      Background.shutDown(maintenance);
      reader.join();
      assertEquals(accepted.get(), done.get(), "round " + round);
    }
  }

  private static void executeUntilRefused(
      MaintenanceExecutor maintenance,
      CyclicBarrier begin,
      AtomicInteger accepted,
      AtomicInteger done) {
    try {
      begin.await();
      for (; ; ) {
        maintenance.execute(done::incrementAndGet);
        accepted.incrementAndGet();
      }
    } catch (RejectedExecutionException e) {
      // The caller would run the task itself.
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
