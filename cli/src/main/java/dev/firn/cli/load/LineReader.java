package dev.firn.cli.load;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Lines of bytes, without a copy: a line is a range of the reader's buffer, which grows to the
 * longest line and no further. A line ends with LF, CR LF or the end of the input; a byte
 * order mark at the start is not part of the first one.
 *
 * <p><b>Threading.</b> Belongs to one thread. <b>Ownership.</b> Does not close its stream.
 */
final class LineReader {

  private static final int INITIAL_BYTES = 1 << 16;

  private final InputStream in;
  private final int maxLineBytes;
  private byte[] buffer = new byte[INITIAL_BYTES];
  private int start; // of the current line
  private int end; // of the current line, its end mark excluded
  private int next; // start of the next line
  private int filled;
  private boolean ended;
  private long line;

  /**
   * Reads lines from a stream.
   *
   * @param maxLineBytes the longest line that is accepted
   */
  LineReader(InputStream in, int maxLineBytes) {
    this.in = in;
    this.maxLineBytes = maxLineBytes;
  }

  /** Moves to the next line; false at the end of the input. */
  boolean next() throws IOException, BadLineException {
    start = next;
    int searched = start;
    while (true) {
      int lf = indexOfLf(searched);
      if (lf >= 0) {
        finish(lf, lf + 1);
        return true;
      }
      searched = filled;
      if (filled - start > maxLineBytes) {
        skipLine();
        throw new BadLineException("longer than " + maxLineBytes + " bytes");
      }
      int moved = start;
      if (!fill()) {
        return finishLast();
      }
      searched -= moved - start;
    }
  }

  private boolean finishLast() {
    boolean any = filled > start;
    if (any) {
      finish(filled, filled);
    }
    return any;
  }

  private void finish(int lineEnd, int following) {
    boolean cr = lineEnd > start && buffer[lineEnd - 1] == '\r';
    end = cr ? lineEnd - 1 : lineEnd;
    next = following;
    if (line++ == 0 && startsWithByteOrderMark()) {
      start += 3;
    }
  }

  private boolean startsWithByteOrderMark() {
    return end - start >= 3
        && buffer[start] == (byte) 0xef
        && buffer[start + 1] == (byte) 0xbb
        && buffer[start + 2] == (byte) 0xbf;
  }

  /** Skips a line that is too long. */
  private void skipLine() throws IOException {
    line++;
    start = filled;
    next = filled;
    while (fill()) {
      int lf = indexOfLf(start);
      if (lf >= 0) {
        next = lf + 1;
        return;
      }
      start = filled;
      next = filled;
    }
  }

  private int indexOfLf(int from) {
    byte[] bytes = buffer;
    for (int i = from; i < filled; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** Reads more, after the bytes from {@code start} on; false at the end of the input. */
  private boolean fill() throws IOException {
    if (ended) {
      return false;
    }
    if (filled == buffer.length) {
      int kept = filled - start;
      byte[] target = kept > buffer.length / 2 ? new byte[doubled(buffer.length)] : buffer;
      System.arraycopy(buffer, start, target, 0, kept);
      buffer = target;
      start = 0;
      filled = kept;
    }
    int read = in.read(buffer, filled, buffer.length - filled);
    ended = read < 0;
    filled += Math.max(0, read);
    return !ended;
  }

  private static int doubled(int length) {
    return (int) Math.min(2L * length, Integer.MAX_VALUE - 8);
  }

  /** The memory that holds the line, valid until the next call of {@link #next}. */
  byte[] buffer() {
    return buffer;
  }

  /** Start of the line in {@link #buffer}. */
  int start() {
    return start;
  }

  /** End of the line in {@link #buffer}. */
  int end() {
    return end;
  }

  /** Whether the line is blank. */
  boolean isBlank() {
    for (int i = start; i < end; i++) {
      if (buffer[i] != ' ' && buffer[i] != '\t') {
        return false;
      }
    }
    return true;
  }

  /** A copy of the line. */
  byte[] bytes() {
    return Arrays.copyOfRange(buffer, start, end);
  }

  /** The number of the line, from 1; 0 before the first. */
  long line() {
    return line;
  }
}
