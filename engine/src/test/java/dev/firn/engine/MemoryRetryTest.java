package dev.firn.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class MemoryRetryTest {

  private final Health health = new Health(problem -> {});
  private int attempts;

  private int refuse(int times) {
    if (attempts++ < times) {
      throw new OutOfMemoryError("refused");
    }
    return 7;
  }

  @Test
  void refusedWork_isDoneAgain_andToldOnce() {
    MemoryRetry retry = new MemoryRetry(health, () -> false, () -> false);
    assertEquals(7, retry.run("flushing", () -> refuse(3)));
    assertEquals(4, attempts);
    assertEquals(1, health.warnings().size());
    assertFalse(health.hasFailed());
  }

  @Test
  void end_doesNotWaitForEver() {
    MemoryRetry retry = new MemoryRetry(health, () -> true, () -> false);
    assertThrows(OutOfMemoryError.class, () -> retry.run("flushing", () -> refuse(1000)));
    assertTrue(attempts > 3, "attempts: " + attempts);
  }

  @Test
  void spoiledWork_isNotDoneAgain() {
    MemoryRetry retry = new MemoryRetry(health, () -> false, () -> attempts == 2);
    assertThrows(OutOfMemoryError.class, () -> retry.run("flushing", () -> refuse(1000)));
    assertEquals(2, attempts);
  }

  @Test
  void otherErrors_areThrown() {
    MemoryRetry retry = new MemoryRetry(health, () -> false, () -> false);
    assertThrows(
        StackOverflowError.class,
        () ->
            retry.run(
                "flushing",
                () -> {
                  throw new StackOverflowError();
                }));
  }

  @Test
  void arrayForAValue_saysWhatToCallInstead() {
    String message =
        assertThrows(
                OutOfMemoryError.class,
                () -> PointReader.array(Integer.MAX_VALUE, "get(key, MemorySegment)"))
            .getMessage();
    assertTrue(message.contains("2147483647 bytes: get(key, MemorySegment)"), message);
  }

  @Test
  void frozenLimits_followTheMemory() {
    assertEquals(FrozenLimits.USUAL.max(), FrozenLimits.of(512L << 20, 16 << 20).max());
    assertEquals(6, FrozenLimits.of(36L << 20, 2 << 20).max());
    assertEquals(3, FrozenLimits.of(8L << 20, 1 << 20).max());
  }
}
