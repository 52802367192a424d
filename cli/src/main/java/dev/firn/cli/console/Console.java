package dev.firn.cli.console;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The three streams of a command: data in, data out, messages.
 *
 * <p><b>Threading.</b> {@link #out} belongs to the command's thread, {@link #err} to all.
 */
public final class Console {

  private final InputStream in;
  private final Output out;
  private final PrintStream err;
  private boolean progress;

  /**
   * A console over any streams.
   *
   * @param progress whether progress is shown
   */
  public Console(InputStream in, OutputStream out, PrintStream err, boolean progress) {
    this.in = in;
    this.out = new Output(out);
    this.err = err;
    this.progress = progress;
  }

  /** The console of the process. */
  public static Console ofProcess() {
    return new Console(
        System.in,
        LocalFiles.standardOutput(),
        new PrintStream(System.err, true, StandardCharsets.UTF_8),
        isErrTerminal(System.getProperty("firn.terminal")));
  }

  /** The data to read. */
  public InputStream in() {
    return in;
  }

  /** The output of the command. */
  public Output out() {
    return out;
  }

  /** Messages, errors and progress. */
  public PrintStream err() {
    return err;
  }

  /** Whether progress is shown. */
  public boolean showsProgress() {
    return progress;
  }

  /** Sets whether progress is shown. */
  public void showProgress(boolean shown) {
    progress = shown;
  }

  /** The JVM knows about standard output only; the starter of a child sets a property. */
  private static boolean isErrTerminal(@Nullable String said) {
    return said != null ? Boolean.parseBoolean(said) : LocalFiles.isTerminal(2);
  }
}
