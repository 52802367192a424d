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
import org.jspecify.annotations.Nullable;

/**
 * A file on disk, mapped to be read and written.
 *
 * <p>The descriptor that it was mapped through is closed. The mapping keeps the kernel's open file
 * alive, and it is that file, opened before the first store, which the kernel tells of a failed
 * write-back, at the next force; a descriptor opened later would never hear of it.
 */
final class RealMappedFile implements MappedFile {

  private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle();

  private volatile Path path;
  private final Arena arena;
  private final MemorySegment memory;
  private final MemorySegment view;

  /*
   * One force at a time. The kernel reports a failed write-back to one caller only: a force that
   * runs beside the one that is told, and returns after it, would pass for a success.
   */
  private final Object forceLock = new Object();

  /** The first failure of a store or of a force, which every later force repeats. */
  private volatile @Nullable RuntimeException failure;

  @GuardedBy("forceLock")
  private boolean closed;

  private RealMappedFile(Path path, Arena arena, MemorySegment memory) {
    this.path = path;
    this.arena = arena;
    this.memory = memory;
    this.view = memory.asReadOnly();
  }

  static RealMappedFile map(Path path, FileChannel channel) throws IOException {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment memory =
          UninterruptibleFile.map(channel, FileChannel.MapMode.READ_WRITE, arena);
      return new RealMappedFile(path, arena, memory);
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
  public void force(long position, long length) {
    synchronized (forceLock) {
      if (failure != null) {
        throw failure;
      }
      try {
        // Widened to whole pages on the way to the kernel.
        memory.asSlice(position, length).force();
      } catch (UncheckedIOException e) {
        failure = IoFailure.of(path, "cannot be forced to the device", e);
        throw failure;
      }
    }
  }

  @Override
  public void close() {
    synchronized (forceLock) {
      if (!closed) {
        arena.close();
        closed = true;
      }
    }
  }

  /** Bytes of a store got lost, so no later force may tell that they are on the device. */
  private RuntimeException faulted(String problem, InternalError fault) {
    RuntimeException e = new StorageException(path, problem, fault);
    failure = e;
    return e;
  }
}
