package dev.firn.test.damage;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.core.file.FileSystem;
import dev.firn.error.StorageException;
import dev.firn.test.InterceptedFileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A device that fails to deliver a block when it is read, once or until it recovers. Which block is
 * known when the k-th read comes: one that this reads. The bytes in a mapping are not touched by
 * it.
 *
 * <p><b>Threading.</b> Any thread may call.
 */
final class BadBlock extends InterceptedFileSystem {

  private static final long BLOCK_BYTES = 512;

  private final long turn;
  private final boolean stays;

  @GuardedBy("this")
  private long reads;

  @GuardedBy("this")
  private boolean recovered;

  @GuardedBy("this")
  private @Nullable Path file;

  @GuardedBy("this")
  private long block;

  @GuardedBy("this")
  private @Nullable StorageException first;

  /**
   * @param turn which read fails, from 1; 0 = none
   * @param stays whether later reads of the same block fail too
   */
  BadBlock(FileSystem files, long turn, boolean stays) {
    super(files);
    this.turn = turn;
    this.stays = stays;
  }

  /** How many reads there were. */
  synchronized long reads() {
    return reads;
  }

  /** The first failure; null if there was none. */
  synchronized @Nullable StorageException failure() {
    return first;
  }

  /** The file that the block is in, once there was a failure. */
  synchronized Path failedFile() {
    return Objects.requireNonNull(file);
  }

  /** From now on all blocks can be read. */
  synchronized void recover() {
    recovered = true;
  }

  @Override
  protected void read(Path path, long position, long length, Runnable read) {
    if (isBad(path, position, length)) {
      throw failed(path, position);
    }
    super.read(path, position, length, read);
  }

  private synchronized boolean isBad(Path path, long position, long length) {
    reads++;
    if (recovered) {
      return false;
    }
    if (reads == turn) {
      file = path;
      // In the middle, so that what comes before it may have been read for something else.
      block = (position + length / 2) / BLOCK_BYTES;
      return true;
    }
    return stays
        && path.equals(file)
        && position < (block + 1) * BLOCK_BYTES
        && position + length > block * BLOCK_BYTES;
  }

  private synchronized StorageException failed(Path path, long position) {
    StorageException e =
        new StorageException(
            path,
            "cannot be read at position " + position,
            new IOException("Input/output error, says the test"));
    first = first == null ? e : first;
    return e;
  }
}
