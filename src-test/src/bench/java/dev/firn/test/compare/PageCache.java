package dev.firn.test.compare;

import dev.firn.cli.console.LocalFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;

/**
 * Fills free memory with pages of the page cache that nobody needs, as it is on a machine that has
 * been running for a while. A virtual machine often gives what is free back to its host, and then
 * the first touch of a page costs several times what is measured: one that has just deleted a store
 * would be quicker than one that has not.
 *
 * <p>The pages are those of a file without content, which takes no room on the device. Each is read
 * once, so that they are the first to go when a store needs memory.
 *
 * <p><b>Threading.</b> One thread. <b>Ownership.</b> Owns the file, and deletes it.
 */
final class PageCache implements AutoCloseable {

  private static final int CHUNK_BYTES = 4 << 20;

  /** As large as file systems allow, and never read twice. */
  private static final long FILE_BYTES = 8L << 40;

  /** This part of the memory may be free: the system keeps some so anyway. */
  private static final int FREE_SHARE = 24;

  private final Path path;
  private final FileChannel file;
  private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
  private long position;

  /**
   * Makes the file.
   *
   * @param path where
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

  /** Reads until little memory is free; does nothing where the system does not say how much is. */
  void fill() throws IOException {
    OptionalLong total = Machine.memoryBytes("MemTotal");
    if (total.isEmpty()) {
      return;
    }
    long most = total.getAsLong() / FREE_SHARE;
    for (long left = total.getAsLong(); left > 0 && free() > most; left -= CHUNK_BYTES) {
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
