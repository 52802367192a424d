package dev.firn.cli.console;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The output of a command: bytes, buffered. Unlike a {@code PrintStream} it does not swallow
 * failures: a closed pipe is an {@link OutputClosedException}, any other failure a {@link Failure}.
 *
 * <p><b>Threading.</b> One thread at a time. <b>Ownership.</b> Does not close its stream.
 */
public final class Output extends OutputStream {

  private final OutputStream stream;
  private final byte[] buffer = new byte[1 << 16];
  private int used;

  /** Writes to a stream. */
  public Output(OutputStream stream) {
    this.stream = stream;
  }

  @Override
  public void write(int b) {
    if (used == buffer.length) {
      drain();
    }
    buffer[used++] = (byte) b;
  }

  @Override
  public void write(byte[] bytes) {
    write(bytes, 0, bytes.length);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    if (length > buffer.length - used) {
      drain();
    }
    if (length > buffer.length) {
      pass(bytes, offset, length);
      return;
    }
    System.arraycopy(bytes, offset, buffer, used, length);
    used += length;
  }

  /** Writes text as UTF-8. */
  public Output print(String text) {
    write(text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Writes text and ends the line. */
  public Output line(String text) {
    print(text);
    write('\n');
    return this;
  }

  /** Writes formatted text and ends the line. */
  public Output line(String format, Object... arguments) {
    return line(String.format(Locale.ROOT, format, arguments));
  }

  @Override
  public void flush() {
    drain();
    try {
      stream.flush();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void close() {
    flush();
  }

  private void drain() {
    int length = used;
    used = 0; // what cannot be written is not tried again
    if (length > 0) {
      pass(buffer, 0, length);
    }
  }

  private void pass(byte[] bytes, int offset, int length) {
    try {
      stream.write(bytes, offset, length);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static RuntimeException failed(IOException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("pipe")
        ? new OutputClosedException(e)
        : new Failure(ExitCode.FAILED, "the output cannot be written: " + e.getMessage(), e);
  }
}
