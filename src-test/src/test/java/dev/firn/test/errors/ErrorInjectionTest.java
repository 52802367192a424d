package dev.firn.test.errors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.test.Seed;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A sample of all errors at all places; the campaign {@code errors} has them all. The property
 * {@value #INJECTION} names one error to be thrown instead, as a finding does.
 */
final class ErrorInjectionTest {

  private static final String INJECTION = "firn.injection";
  private static final int PARTS = 37;
  private static final long SECONDS = 10;

  @Test
  void anyErrorAnywhere_noHangNothingLostNothingOpen(@TempDir Path directory) throws Exception {
    String injection = System.getProperty(INJECTION);
    if (injection != null) {
      assertRight(ErrorProcess.run(directory, List.of(Injection.parse(injection))), 1);
      return;
    }
    Seed.run(
        seed -> {
          int part = (int) (seed & 0xffff) % PARTS;
          assertRight(
              ErrorProcess.runAll(
                  directory, new ErrorProcess.Part(seed >>> 16 & 0xff, PARTS, part), 1, SECONDS),
              ErrorChild.MIN_FIRED);
        });
  }

  private static void assertRight(ErrorProcess.Result result, int minFired) {
    System.out.println(
        result.fired()
            + " errors in "
            + result.rounds()
            + " rounds, "
            + result.events()
            + " stacks");
    assertEquals(List.of(), result.findings());
    assertTrue(result.fired() >= minFired, () -> "errors thrown: " + result.fired());
  }
}
