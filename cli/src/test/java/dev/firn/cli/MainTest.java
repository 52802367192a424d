package dev.firn.cli;

import static dev.firn.cli.CliRun.ok;
import static dev.firn.cli.CliRun.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firn.cli.console.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The common parts of all commands: help, wrong usage, closed streams. */
class MainTest {

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "put",
        "delete",
        "load",
        "get",
        "scan",
        "dump",
        "trees",
        "stats",
        "compact",
        "verify",
        "repair",
        "journal",
        "journal dump",
        "demo",
        "bench"
      })
  void help_ofEveryCommand_hasUsageExitCodesAndExamples(String command) {
    String help = ok((Object[]) (command + " --help").split(" ")).out();
    assertTrue(help.contains("Usage: firn " + command), help);
    assertTrue(help.contains("Exit codes: 0 done"), help);
    assertTrue(help.contains("  firn " + command), help);
    assertFalse(help.contains("%n"), help);
    assertFalse(help.contains("${"), help);
    help.lines().forEach(line -> assertTrue(line.length() <= 100, line));
  }

  @Test
  void help_listsAllCommandsButTheHiddenOne() {
    String help = ok("--help").out();
    for (String command : new String[] {"put", "scan", "demo", "bench", "journal"}) {
      assertTrue(help.contains("\n    " + command + " "), help);
    }
    assertFalse(help.contains("ingest"), help);
    assertTrue(help.contains("  5   bad input"), help);
  }

  @Test
  void version_isThatOfTheBuild() {
    assertTrue(ok("--version").out().matches("firn \\d+\\.\\d+.*\n"), ok("--version").out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "scna x", "get", "get a b c", "get a b --nix", "scan a --limit x"})
  void wrongUsage_isToldInTwoLines(String line) {
    CliRun wrong = run((Object[]) (line.isEmpty() ? new String[0] : line.split(" "))).expect(2);
    assertEquals("", wrong.out());
    assertTrue(wrong.err().startsWith("firn"), wrong.err());
    assertTrue(wrong.err().contains("--help' shows how it is used."), wrong.err());
    assertTrue(wrong.err().lines().count() <= 3, wrong.err());
  }

  @Test
  void stacktrace_isShownWhenAskedFor() {
    Path missing = temp.resolve("missing");
    assertFalse(run("scan", missing).err().contains("\tat "));
    assertTrue(run("scan", missing, "--stacktrace").err().contains("\tat "));
  }

  @Test
  void readerGone_endsQuietly() {
    Path store = temp.resolve("store");
    ok("put", store, "k", "v");
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    assertEquals(0, runInto(failing("Broken pipe"), err, store));
    assertEquals("", err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void outputFull_isAFailure() {
    Path store = temp.resolve("store");
    ok("put", store, "k", "v");
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    assertEquals(6, runInto(failing("No space left on device"), err, store));
    assertEquals(
        "firn: the output cannot be written: No space left on device\n",
        err.toString(StandardCharsets.UTF_8));
  }

  private static int runInto(OutputStream out, OutputStream err, Path store) {
    PrintStream errText = new PrintStream(err, true, StandardCharsets.UTF_8);
    Console console = new Console(new ByteArrayInputStream(new byte[0]), out, errText, false);
    return Main.execute(console, "scan", store.toString());
  }

  private static OutputStream failing(String message) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException(message);
      }
    };
  }
}
