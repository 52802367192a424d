package dev.firn.core.file;

import dev.firn.core.StoreThreads;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An open file, read and written at positions, that an interrupt neither closes nor fails.
 *
 * <p><b>Threading.</b> Any thread may call.
 *
 * <p><b>Ownership.</b> The opener closes it; a racing operation throws {@link
 * java.nio.channels.ClosedChannelException}.
 */
final class UninterruptibleFile implements AutoCloseable {

  /*
   * Why an asynchronous channel
   * ---------------------------
   * An interrupt of a thread in an operation of a FileChannel closes the channel for all threads.
   * Clearing the interrupt first leaves a window. Opening the file again by its name finds another
   * file, or none, if it was renamed or deleted meanwhile; it would also lose the lock, and the
   * errors of write-backs that the kernel reports to the old descriptor. A RandomAccessFile is not
   * interruptible, but it has one position for all threads, follows symbolic links, cannot be
   * created with permissions, and copies through the heap.
   *
   * The operations of an AsynchronousFileChannel are not interruptible by contract, and it opens
   * with the same options as a FileChannel. Its executor here runs each task at once on the calling
   * thread, so a read is one pread without a hand-over. (Its Javadoc advises against that, for
   * channels whose tasks dispatch events; the tasks of a file channel are the plain read and the
   * plain write. If an implementation completes elsewhere, await() waits for it.)
   *
   * It cannot map. A FileChannel maps, on a thread of its own, which no other thread knows and
   * interrupts. That costs about 80 microseconds, once per file.
   */

  private static final ExecutorService CALLER = new CallerRuns();

  /** The maximum length of one call: below the 2 GiB of a buffer, and a whole number of pages. */
  private static final long MAX_STEP = 1L << 30;

  private final AsynchronousFileChannel channel;

  private UninterruptibleFile(AsynchronousFileChannel channel) {
    this.channel = channel;
  }

  static UninterruptibleFile open(
      Path file, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return new UninterruptibleFile(AsynchronousFileChannel.open(file, options, CALLER, attributes));
  }

  /**
   * Maps the whole file of {@code channel}, and leaves the channel open.
   *
   * @throws java.nio.channels.ClosedByInterruptException when the user has found and interrupted
   *     the thread that maps; the channel is closed
   */
  static MemorySegment map(FileChannel channel, FileChannel.MapMode mode, Arena arena)
      throws IOException {
    FutureTask<MemorySegment> task =
        new FutureTask<>(() -> channel.map(mode, 0, channel.size(), arena));
    StoreThreads.named("firn-map").start(task);
    return await(task);
  }

  long size() throws IOException {
    return channel.size();
  }

  /** Reads all of {@code length} bytes; an {@link EOFException} has the end of a shorter file. */
  void read(long position, MemorySegment target, long offset, long length) throws IOException {
    for (long done = 0; done < length; ) {
      long step = Math.min(length - done, MAX_STEP);
      ByteBuffer buffer = target.asSlice(offset + done, step).asByteBuffer();
      int count = await(channel.read(buffer, position + done));
      if (count < 0) {
        throw new EOFException("end of file at position " + (position + done));
      }
      done += count;
    }
  }

  /** Writes all of {@code length} bytes. */
  void write(long position, MemorySegment source, long offset, long length) throws IOException {
    for (long done = 0; done < length; ) {
      long step = Math.min(length - done, MAX_STEP);
      ByteBuffer buffer = source.asSlice(offset + done, step).asByteBuffer();
      done += await(channel.write(buffer, position + done));
    }
  }

  void truncate(long size) throws IOException {
    channel.truncate(size);
  }

  /** Puts the bytes and the file's length on the device. */
  void sync() throws IOException {
    channel.force(true);
  }

  /** Locks the file against other processes, or returns null if one of them has locked it. */
  @Nullable FileLock tryLock() throws IOException {
    // All but the last byte, which NativeCalls locks.
    return channel.tryLock(0, Long.MAX_VALUE - 1, false);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static <T> T await(Future<T> future) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException cause -> throw cause;
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new AssertionError(e);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Runs each task before {@link #execute} returns; never shut down. */
  private static final class CallerRuns extends AbstractExecutorService {

    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return false;
    }
  }
}
