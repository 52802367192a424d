package dev.firn.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WriteDebtTest {

  private static final long MIB = 1 << 20;

  private final WriteDebt debt = new WriteDebt();

  @Test
  void writers_shareTheRate() {
    debt.setRate(0, 100);
    // Four writers that begin at the same time wait one after the other.
    for (int writer = 1; writer <= 4; writer++) {
      double ticket = debt.book(0, MIB);
      assertEquals(writer * 100.0 * MIB, debt.waitNanos(0, ticket), 1);
    }
    double next = debt.book(200 * MIB, MIB);
    assertEquals(300.0 * MIB, debt.waitNanos(200 * MIB, next), 1);
  }

  @Test
  void unusedTime_isNotSaved() {
    debt.setRate(0, 100);
    long later = TimeUnit.HOURS.toNanos(1);
    double ticket = debt.book(later, MIB);
    assertEquals(100.0 * MIB, debt.waitNanos(later, ticket), 2_000_001);
  }

  @Test
  void rate_changesForWhatIsOwed() {
    debt.setRate(0, 100);
    double ticket = debt.book(0, MIB);
    debt.setRate(50 * MIB, 1000);
    assertEquals(500.0 * MIB, debt.waitNanos(50 * MIB, ticket), 1);
    debt.setRate(50 * MIB, 0);
    assertTrue(debt.waitNanos(50 * MIB, ticket) <= 0);
    debt.setRate(50 * MIB, 100);
    assertTrue(debt.waitNanos(50 * MIB, debt.book(50 * MIB, 1)) <= 100, "the debt was remitted");
  }

  /** With batches of 1 MiB too, and however many threads write. */
  @Test
  void throttle_holdsTheRate() throws InterruptedException {
    Throttle throttle = new Throttle();
    throttle.setPressure(0.25); // 7.5 ns a byte
    List<Thread> writers = new ArrayList<>();
    long start = System.nanoTime();
    for (int i = 0; i < 4; i++) {
      writers.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int batch = 0; batch < 20; batch++) {
                      throttle.admit(MIB);
                    }
                  }));
    }
    for (Thread writer : writers) {
      writer.join();
    }
    double expected = 80 * MIB * Throttle.nanosPerByte(0.25);
    double factor = (System.nanoTime() - start) / expected;
    assertTrue(factor > 0.9, "the time is " + factor + " of what it should be");
  }

  @Test
  void smallWrite_waitsLittleForLargeOnes() {
    Throttle throttle = new Throttle();
    throttle.setPressure(1);
    Thread large = Thread.ofPlatform().daemon().start(() -> throttle.admit(100 * MIB));
    while (large.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    throttle.admit(100);
    assertTrue(large.isAlive(), "waits for 12 seconds");
    throttle.setPressure(0);
  }

  /** Beyond the limit, writers get slower and slower. */
  @Test
  void pressure_hasNoFloor() {
    assertEquals(0, Throttle.nanosPerByte(-1));
    assertEquals(120, Throttle.nanosPerByte(1));
    assertEquals(64 * 120, Throttle.nanosPerByte(2));
    Throttle throttle = new Throttle(1000);
    throttle.setPressure(0, 999);
    throttle.admit(Long.MAX_VALUE / 1000);
    assertEquals(0, throttle.sleptNanos());
  }
}
