package dev.firn.test.real;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.test.Seed;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A few seconds of {@link LostPagesProcesses}; the campaign covers all modes of the JVM. */
@EnabledOnOs(OS.LINUX)
final class LostPagesTest {

  private static final int MILLIS = 2500;

  /** On a busy machine the few stores of one process may all be done before they lose a page. */
  private static final int MAX_PROCESSES = 10;

  @Test
  void pagesGone_endsInAnExceptionThatNamesTheFile(@TempDir Path folder) {
    Seed.run(
        seed -> {
          LostPagesProcesses pages = new LostPagesProcesses();
          for (int i = 0; i < MAX_PROCESSES && pages.failures() == 0; i++) {
            pages.run(folder, seed + i, 0, MILLIS);
          }
          assertTrue(pages.failures() > 0, "no operation met a page that was gone");
          System.out.println(pages.rounds() + " stores, " + pages.failures() + " failures");
        });
  }
}
