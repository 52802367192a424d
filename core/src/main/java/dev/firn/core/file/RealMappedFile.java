package dev.firn.core.file;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.firn.core.NativeCalls;
import dev.firn.error.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file on disk, mapped to be read and written.
 *
 * <p>The descriptor that it was mapped through is closed. The mapping keeps the kernel's open file
 * alive, and it is that file, opened before the first store, which the kernel tells of a failed
 * write-back, at the next sync; a descriptor opened later would never hear of it.
 *
 * <p>What is to be synced next is written through another descriptor. The kernel knows which blocks
 * such a write changed. Of a store into the mapping it knows the folio, which has one page if it
 * was written page by page, and up to 2 MiB if it was read in order, as a store's files are that is
 * opened after the machine was started: then a commit of 136 bytes wrote 1 to 2 MiB and took 1.1 to
 * 2.8 ms where 4 KiB and 0.12 ms are enough (Linux 6.18, ext4).
 */
final class RealMappedFile implements MappedFile {

  private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle();

  private volatile Path path;
  private final UninterruptibleFile file;
  private final Arena arena;
  private final MemorySegment memory;
  private final MemorySegment view;

  /*
   * One sync at a time. The kernel reports a failed write-back to one caller only: a sync that
   * runs beside the one that is told, and returns after it, would pass for a success.
   */
  private final Object syncLock = new Object();

  /** The first failure of a store or of a sync, which every later sync repeats. */
  private volatile @Nullable RuntimeException failure;

  @GuardedBy("syncLock")
  private boolean closed;

  private RealMappedFile(Path path, UninterruptibleFile file, Arena arena, MemorySegment memory) {
    this.path = path;
    this.file = file;
    this.arena = arena;
    this.memory = memory;
    this.view = memory.asReadOnly();
  }

  /**
   * Maps a file that was opened twice.
   *
   * @param file stays open with the mapping, and is its own from now on
   * @param channel can be closed afterwards
   */
  static RealMappedFile map(Path path, UninterruptibleFile file, FileChannel channel)
      throws IOException {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment memory =
          UninterruptibleFile.map(channel, FileChannel.MapMode.READ_WRITE, arena);
      return new RealMappedFile(path, file, arena, memory);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public void renamed(Path path) {
    this.path = path;
  }

  @Override
  public long size() {
    return memory.byteSize();
  }

  @Override
  public MemorySegment memory() {
    return view;
  }

  @Override
  public void write(long position, MemorySegment source, long offset, long length) {
    try {
      MemorySegment.copy(source, offset, memory, position, length);
      FaultBarrier.pass();
    } catch (InternalError e) {
      throw faulted("cannot be written at position " + position, e);
    }
  }

  @Override
  public void writeForSync(long position, MemorySegment source, long offset, long length) {
    Objects.checkFromIndexSize(position, length, size());
    try {
      if (length > 0) {
        // A write into a file that somebody cut off would make it long again, with zeros before it.
        FaultBarrier.loadPages(memory, position + length - 1, position + length);
      }
      file.write(position, source, offset, length);
    } catch (IOException e) {
      throw failed(IoFailure.of(path, "cannot be written at position " + position, length, e));
    } catch (InternalError e) {
      throw faulted("cannot be written at position " + position, e);
    }
  }

  @Override
  public void prefault() {
    if (NativeCalls.isAvailable() && NativeCalls.populate(memory)) {
      return;
    }
    try {
      for (long at = 0; at < memory.byteSize(); at += FaultBarrier.PAGE_BYTES) {
        // The load is opaque, because the compiler drops a store of what it knows to be there. The
        // store is not: of one that is, the interpreter makes an exchange, which HotSpot cannot
        // step over when the page is gone. It would end the JVM.
        memory.set(ValueLayout.JAVA_BYTE, at, (byte) BYTE.getOpaque(memory, at));
      }
      FaultBarrier.pass();
    } catch (InternalError e) {
      throw faulted("cannot be touched", e);
    }
  }

  @Override
  public void sync(long position, long length) {
    synchronized (syncLock) {
      if (failure != null) {
        throw failure;
      }
      try {
        // Widened to whole pages on the way to the kernel.
        memory.asSlice(position, length).force();
      } catch (UncheckedIOException e) {
        throw failed(IoFailure.of(path, "cannot be synced", e));
      }
    }
  }

  @Override
  public void close() {
    synchronized (syncLock) {
      if (!closed) {
        arena.close();
        closed = true;
        closeFile();
      }
    }
  }

  private void closeFile() {
    try {
      file.close();
    } catch (IOException e) {
      throw IoFailure.of(path, "cannot be closed", e);
    }
  }

  private RuntimeException faulted(String problem, InternalError fault) {
    return failed(new StorageException(path, problem, fault));
  }

  /** Bytes of a store got lost, so no later sync may tell that they are on the device. */
  private RuntimeException failed(RuntimeException e) {
    failure = e;
    return e;
  }
}
