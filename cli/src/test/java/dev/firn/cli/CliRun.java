package dev.firn.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.firn.cli.console.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The output and exit code of a command that was run in this process. */
record CliRun(int exitCode, byte[] outBytes, String err) {

  static CliRun run(Object... args) {
    return runWithInput(new byte[0], args);
  }

  static CliRun runWithInput(byte[] in, Object... args) {
    String[] words = new String[args.length];
    for (int i = 0; i < args.length; i++) {
      words[i] = args[i].toString();
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream errText = new PrintStream(err, true, StandardCharsets.UTF_8);
    Console console = new Console(new ByteArrayInputStream(in), out, errText, false);
    int exitCode = Main.execute(console, words);
    return new CliRun(exitCode, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
  }

  /** Runs a command that must succeed without output on stderr. */
  static CliRun ok(Object... args) {
    return run(args).expect(0);
  }

  CliRun expect(int code) {
    assertEquals(code, exitCode, () -> "stderr: " + err + "\nstdout: " + out());
    if (code == 0) {
      assertEquals("", err);
    }
    return this;
  }

  String out() {
    return new String(outBytes, StandardCharsets.UTF_8);
  }

  List<String> lines() {
    return out().lines().toList();
  }
}
