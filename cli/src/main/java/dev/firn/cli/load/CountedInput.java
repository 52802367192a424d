package dev.firn.cli.load;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Counts the bytes that were read, for the progress line. */
final class CountedInput extends FilterInputStream {

  /** Written by the reading thread only. */
  private volatile long count;

  CountedInput(InputStream in) {
    super(in);
  }

  long count() {
    return count;
  }

  @Override
  public int read() throws IOException {
    int b = in.read();
    add(b < 0 ? 0 : 1);
    return b;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = in.read(bytes, offset, length);
    add(Math.max(0, read));
    return read;
  }

  private void add(int read) {
    long sum = count + read;
    count = sum;
  }
}
