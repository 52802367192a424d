package dev.firn.cli.demo;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * What the child tells the parent through a pipe: batch {@code b} of writer {@code w} was
 * acknowledged by the store. Eight bytes, which a pipe takes whole or not at all.
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
   * Reads until the child is gone, and returns how many batches of each writer were acknowledged.
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
