package dev.firn.test.real;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * A file that takes what room there is on a device, and gives it back.
 *
 * <p><b>Threading.</b> One thread.
 */
final class DiskFiller {

  private static final int LARGE = 1 << 20;
  private static final int SMALL = 4096;

  private final Path file;

  DiskFiller(Path file) {
    this.file = file;
  }

  /** Grows until there is no room for a block. */
  void fill() {
    for (int piece = LARGE; piece >= SMALL; piece /= 16) {
      byte[] bytes = new byte[piece];
      try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
        open.seek(open.length());
        while (true) {
          open.write(bytes);
          // Or the device is found to be full later, when it is too late to say so.
          open.getFD().sync();
        }
      } catch (IOException full) {
        // With smaller pieces there may be more.
      }
    }
  }

  /** Gives back so many bytes, or all there are. */
  void free(long bytes) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(Math.max(0, open.length() - bytes));
      open.getFD().sync();
    }
  }
}
