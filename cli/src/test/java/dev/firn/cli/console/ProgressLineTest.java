package dev.firn.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressLineTest {

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void update_afterASecond_showsTheLine_andCloseTakesItAway() throws Exception {
    try (ProgressLine line = ProgressLine.ofBytes(console(true), "load")) {
      line.update(1_000_000, 8_000_000);
      assertEquals("", shown());
      for (int i = 0; i < 200 && shown().isEmpty(); i++) {
        Thread.sleep(20);
        line.update(2_000_000, 8_000_000);
      }
    }
    assertTrue(shown().contains("\rload  25% [==="), shown());
    assertTrue(shown().contains("2/8 MB (0:00:01 / 0:00:0"), shown());
    assertTrue(shown().endsWith("\r" + " ".repeat(79) + "\r"), shown());
  }

  @Test
  void watch_asksHowFarTheWorkIs() {
    ProgressLine.of(console(true), "compact").watch(() -> sleep(1600), () -> 3, 4);
    assertTrue(shown().contains("\rcompact  75% [==="), shown());
  }

  @Test
  void update_whereNobodyLooks_showsNothing() {
    ProgressLine.of(console(false), "compact").watch(() -> sleep(1200), () -> 3, 4);
    assertEquals("", shown());
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Console console(boolean progress) {
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    return new Console(
        InputStream.nullInputStream(), OutputStream.nullOutputStream(), stream, progress);
  }

  private String shown() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
