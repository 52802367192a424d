package dev.firn.cli.console;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The three streams of a command: data in, data out, and words for people on the side.
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
   * @param progress whether long work shows how far it is
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

  /** Data to read. */
  public InputStream in() {
    return in;
  }

  /** Where the answer goes. */
  public Output out() {
    return out;
  }

  /** Where remarks, errors and progress go. */
  public PrintStream err() {
    return err;
  }

  /** Whether long work shows how far it is. */
  public boolean showsProgress() {
    return progress;
  }

  /** Decides whether long work shows how far it is. */
  public void showProgress(boolean shown) {
    progress = shown;
  }

  /** Java tells about standard output only; the launcher may know, and says so in a property. */
  private static boolean isErrTerminal(@Nullable String said) {
    return said != null ? Boolean.parseBoolean(said) : LocalFiles.isTerminal(2);
  }
}
