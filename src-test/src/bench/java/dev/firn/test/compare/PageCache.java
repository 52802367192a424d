package dev.firn.test.compare;

import dev.firn.cli.console.LocalFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;

/**
 * Fills free memory with unneeded pages of the page cache, as on a machine that has been running
 * for a while. A virtual machine may return free memory to its host; the first access to such a
 * page then costs several times the measured operation, and rates would depend on what ran before.
 *
 * <p>The pages are those of a sparse file, which takes no room on the device. Each is read once, so
 * that they are evicted first when a store needs memory.
 *
 * <p><b>Threading.</b> One thread. <b>Ownership.</b> Owns the file, and deletes it.
 */
final class PageCache implements AutoCloseable {

  private static final int CHUNK_BYTES = 4 << 20;

  /** As large as file systems allow: no page is read twice. */
  private static final long FILE_BYTES = 8L << 40;

  /** Divisor of the memory that may stay free: the system keeps some free anyway. */
  private static final int FREE_SHARE = 24;

  private final Path path;
  private final FileChannel file;
  private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
  private long position;

  /**
   * Makes the file.
   *
   * @param path of the file
   */
  PageCache(Path path) throws IOException {
    this.path = path;
    LocalFiles.deleteTree(path);
    this.file =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.SPARSE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    file.write(ByteBuffer.allocate(1), FILE_BYTES);
  }

  /** Reads until little memory is free; does nothing if the system does not tell. */
  void fill() throws IOException {
    OptionalLong total = Machine.memoryBytes("MemTotal");
    if (total.isEmpty()) {
      return;
    }
    long maxFree = total.getAsLong() / FREE_SHARE;
    for (long left = total.getAsLong(); left > 0 && free() > maxFree; left -= CHUNK_BYTES) {
      chunk.clear();
      position += file.read(chunk, position);
    }
  }

  private static long free() throws IOException {
    return Machine.memoryBytes("MemFree").orElse(0);
  }

  @Override
  public void close() throws IOException {
    file.close();
    LocalFiles.deleteTree(path);
  }
}
