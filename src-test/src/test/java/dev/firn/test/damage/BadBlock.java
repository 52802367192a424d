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
 * A device that cannot read one block, once or until it recovers. The k-th read chooses the block:
 * one that it covers. Mapped memory is not affected.
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
   * @param turn number of the read that fails, from 1; 0 = none
   * @param stays whether later reads of the same block fail too
   */
  BadBlock(FileSystem files, long turn, boolean stays) {
    super(files);
    this.turn = turn;
    this.stays = stays;
  }

  synchronized long reads() {
    return reads;
  }

  /** The first failure; null if there was none. */
  synchronized @Nullable StorageException failure() {
    return first;
  }

  synchronized Path failedFile() {
    return Objects.requireNonNull(file);
  }

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
      // The middle, so that another read may have covered what precedes it.
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
