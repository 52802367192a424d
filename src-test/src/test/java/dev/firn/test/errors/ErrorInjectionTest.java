package dev.firn.test.errors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.test.Seed;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sample of all errors at all places; the campaign {@code errors} has them all. */
final class ErrorInjectionTest {

  private static final int STEP = 37;
  private static final long SECONDS = 15;

  @Test
  void anyErrorAnywhere_noHangNothingLostNothingOpen(@TempDir Path directory) {
    Seed.run(
        seed -> {
          int offset = (int) (seed & 0xffff);
          ErrorProcess.Result result = ErrorProcess.runAll(directory, STEP, offset, SECONDS);
          System.out.println(result.events() + ", " + result.rounds() + " rounds");
          assertEquals(List.of(), result.findings());
          assertTrue(result.fired() > 100, () -> "errors thrown: " + result.fired());
        });
  }
}
