package dev.firn.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MaintenanceExecutorTest {

  private static final int ROUNDS = 2_000;

  /** A reader that leaves while the store is closed hands over what lets go of its files. */
  @Test
  void execute_whileShutDown_isDoneOrRefused() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      MaintenanceExecutor chores = new MaintenanceExecutor("test", new Health(problem -> {}));
      AtomicInteger done = new AtomicInteger();
      AtomicInteger accepted = new AtomicInteger();
      CyclicBarrier begin = new CyclicBarrier(2);
      Thread reader =
          Thread.ofPlatform().start(() -> executeUntilRefused(chores, begin, accepted, done));
      begin.await();
      Background.shutDown(chores);
      reader.join();
      assertEquals(accepted.get(), done.get(), "round " + round);
    }
  }

  private static void executeUntilRefused(
      MaintenanceExecutor chores, CyclicBarrier begin, AtomicInteger accepted, AtomicInteger done) {
    try {
      begin.await();
      for (; ; ) {
        chores.execute(done::incrementAndGet);
        accepted.incrementAndGet();
      }
    } catch (RejectedExecutionException e) {
      // Whoever asked does it.
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
