package dev.firn.cli.demo;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * A message of the child to the parent, through a pipe: the store has acknowledged batch {@code b}
 * of writer {@code w}. A pipe transfers its eight bytes atomically.
 *
 * <pre>
 *  writer u16 | batch u48, big-endian
 * </pre>
 */
final class Acknowledgement {

  static final int BYTES = Long.BYTES;

  private static final int BATCH_BITS = 48;

  private Acknowledgement() {}

  static long encode(int writer, long batch) {
    return (long) writer << BATCH_BITS | batch;
  }

  /**
   * Reads until the child has ended; returns the acknowledged batch count of each writer.
   *
   * @param first run when the first acknowledgement arrives
   */
  static long[] readAll(InputStream pipe, int writers, Runnable first) throws IOException {
    long[] batches = new long[writers];
    boolean any = false;
    DataInputStream in = new DataInputStream(pipe);
    while (true) {
      long message;
      try {
        message = in.readLong();
      } catch (EOFException e) {
        return batches;
      }
      if (!any) {
        any = true;
        first.run();
      }
      int writer = (int) (message >>> BATCH_BITS);
      long batch = message & (1L << BATCH_BITS) - 1;
      CityTour.require(
          writer < writers && batch == batches[writer],
          "acknowledgements out of order: "
              + writer
              + ", "
              + batch
              + " after "
              + Arrays.toString(batches));
      batches[writer]++;
    }
  }
}
