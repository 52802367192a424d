package dev.firn.test.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.firn.test.Seed;
import dev.firn.test.concurrent.RegisterHistory.Event;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Checks the checker: with histories of known answer, and by trying all orders. */
final class RegisterHistoryTest {

  @Test
  void staleRead_isFound() {
    assertNotNull(
        RegisterHistory.violation(List.of(write(1, 0, 1), write(2, 2, 3), read(1, 4, 5))));
  }

  @Test
  void readBackInTime_isFound() {
    assertNotNull(
        RegisterHistory.violation(
            List.of(write(1, 0, 1), write(2, 2, 9), read(2, 3, 4), read(1, 5, 6))));
  }

  @Test
  void readOfConcurrentWrite_isAllowed() {
    assertNull(
        RegisterHistory.violation(
            List.of(write(1, 0, 1), write(2, 2, 9), read(1, 3, 4), read(2, 5, 6))));
  }

  @Test
  void shortHistories_areJudgedAsByTryingAllOrders() {
    Seed.run(
        seed -> {
          Random random = new Random(seed);
          for (int i = 0; i < 2000; i++) {
            List<Event> history = randomHistory(random);
            assertEquals(
                isLinearizable(history, null),
                RegisterHistory.violation(history) == null,
                history::toString);
          }
        });
  }

  private static List<Event> randomHistory(Random random) {
    List<Long> times = new ArrayList<>();
    for (long time = 0; time < 14; time++) {
      times.add(time);
    }
    Collections.shuffle(times, random);
    List<Event> events = new ArrayList<>();
    int writes = 2 + random.nextInt(2);
    for (int i = 0; i < 6; i++) {
      long a = times.get(2 * i);
      long b = times.get(2 * i + 1);
      long value = i < writes ? i : random.nextInt(writes);
      events.add(new Event(i < writes, value, Math.min(a, b), Math.max(a, b)));
    }
    return events;
  }

  private static boolean isLinearizable(List<Event> rest, @Nullable Long value) {
    if (rest.isEmpty()) {
      return true;
    }
    for (Event next : rest) {
      boolean first = rest.stream().noneMatch(other -> other.end() < next.begin());
      if (first && (next.write() || (value != null && value == next.value()))) {
        List<Event> others = new ArrayList<>(rest);
        others.remove(next);
        if (isLinearizable(others, next.value())) {
          return true;
        }
      }
    }
    return false;
  }

  private static Event write(long value, long begin, long end) {
    return new Event(true, value, begin, end);
  }

  private static Event read(long value, long begin, long end) {
    return new Event(false, value, begin, end);
  }
}
