package dev.firn.test.real;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** A file that occupies the free space of a device, and gives it back. */
final class DiskFiller {

  private static final int LARGE = 1 << 20;
  private static final int SMALL = 4096;

  private final Path file;

  DiskFiller(Path file) {
    this.file = file;
  }

  /** Grows until no block is free. */
  void fill() {
    for (int piece = LARGE; piece >= SMALL; piece /= 16) {
      byte[] bytes = new byte[piece];
      try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
        open.seek(open.length());
        while (true) {
          open.write(bytes);
          // Without a sync the device may turn out to be full later, unreported.
          open.getFD().sync();
        }
      } catch (IOException full) {
        // Smaller pieces may still fit.
      }
    }
  }

  /** Gives back a number of bytes, or all there are. */
  void free(long bytes) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(Math.max(0, open.length() - bytes));
      open.getFD().sync();
    }
  }
}
