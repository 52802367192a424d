package dev.firn.core;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the C library that Java has no method for. They are used if native access is enabled for
 * Firn; each has a fallback.
 *
 * <p>Linux on x86-64 and AArch64 only: the constants below differ elsewhere.
 */
public final class NativeCalls {

  private static final int ENOSPC = 28;
  private static final int EDQUOT = 122;
  private static final int EINTR = 4;
  private static final int O_WRONLY = 1;
  private static final int O_CLOEXEC = 0x80000;
  private static final int MADV_POPULATE_WRITE = 23;
  private static final int POSIX_FADV_DONTNEED = 4;

  /** {@link #lock} took no lock, and it is not known whether another process has it. */
  public static final int NO_DESCRIPTOR = -1;

  /** Another open file has the lock. */
  public static final int LOCKED = -2;

  private static final int F_OFD_SETLK = 37;
  private static final short F_WRLCK = 1;
  private static final int EAGAIN = 11;
  private static final int EACCES = 13;

  /**
   * The byte to lock: the last one. The POSIX lock of a file channel, which ends before it, would
   * exclude the lock of the same process otherwise.
   */
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
  private static final long MAP_FAILED = -1;

  private static final int RUSAGE_THREAD = 1;

  /** {@code struct rusage}: two times of 16 bytes, then 14 numbers. */
  private static final long RUSAGE_BYTES = 144;

  private static final long RUSAGE_INBLOCK = 88;

  /** {@code struct flock}: type, whence, start, length, process. */
  private static final long FLOCK_BYTES = 32;

  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final @Nullable NativeCalls CALLS = link();

  private final MethodHandle open;
  private final MethodHandle close;
  private final MethodHandle posixFallocate;
  private final MethodHandle madvise;
  private final MethodHandle posixFadvise;
  private final MethodHandle nice;
  private final MethodHandle fcntl;
  private final MethodHandle getrusage;
  private final MethodHandle mmap;
  private final MethodHandle munmap;
  private final int openFlags;
  private final int readFlags;

  private NativeCalls(int noFollowFlag) {
    open =
        handle(
            "open",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    close = handle("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    posixFallocate =
        handle(
            "posix_fallocate",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG));
    madvise =
        handle(
            "madvise",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT));
    posixFadvise =
        handle(
            "posix_fadvise",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT));
    nice = handle("nice", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    fcntl =
        handle(
            "fcntl",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS),
            Linker.Option.firstVariadicArg(2),
            Linker.Option.captureCallState("errno"));
    getrusage =
        handle(
            "getrusage",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    mmap =
        handle(
            "mmap",
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG));
    munmap =
        handle(
            "munmap",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
    readFlags = O_CLOEXEC | noFollowFlag;
    openFlags = O_WRONLY | readFlags;
  }

  /** The result of {@link #allocate}. */
  public enum Allocation {
    /** The blocks are allocated. */
    DONE,
    /** There is no room for the blocks. */
    DISK_FULL,
    /** Nothing is known about the blocks: the file has to be written. */
    NOT_POSSIBLE
  }

  /** Whether the calls are available. Does not trigger the JVM's warning about native access. */
  public static boolean isAvailable() {
    return CALLS != null;
  }

  /** Extends a file to {@code bytes} zero bytes and allocates their blocks. */
  public static Allocation allocate(Path file, long bytes) {
    NativeCalls calls = CALLS;
    if (calls == null) {
      return Allocation.NOT_POSSIBLE;
    }
    return switch (calls.fallocate(file, bytes)) {
      case 0 -> Allocation.DONE;
      case ENOSPC, EDQUOT -> Allocation.DISK_FULL;
      default -> Allocation.NOT_POSSIBLE;
    };
  }

  /** Makes all pages of a mapping present and writable; false if the kernel refuses. */
  public static boolean populate(MemorySegment mapping) {
    NativeCalls calls = CALLS;
    try {
      return calls != null
          && (int) calls.madvise.invokeExact(mapping, mapping.byteSize(), MADV_POPULATE_WRITE) == 0;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** How a mapping will be read. */
  public enum Advice {
    /** At a fault the kernel reads as it guesses, here its whole read-ahead window. */
    NORMAL(0),
    /** At a fault the kernel reads one page. */
    RANDOM(1),
    /** The kernel begins to read what is not in memory, and the call returns. */
    WILL_NEED(3);

    private final int code;

    Advice(int code) {
      this.code = code;
    }
  }

  /** Tells the kernel how a part of a mapping will be read. It begins at a page of the mapping. */
  public static void advise(MemorySegment part, Advice advice) {
    NativeCalls calls = CALLS;
    if (calls != null) {
      try {
        // Advice: a failure changes no byte.
        int ignored = (int) calls.madvise.invokeExact(part, part.byteSize(), advice.code);
      } catch (Throwable e) {
        throw unexpected(e);
      }
    }
  }

  /** Drops the pages of a part of a file that are neither dirty nor mapped. */
  public static void dropPages(Path file, long position, long length) {
    NativeCalls calls = CALLS;
    if (calls == null) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      int descriptor =
          (int)
              calls.open.invokeExact(
                  arena.allocateFrom(file.toAbsolutePath().toString()), calls.readFlags);
      if (descriptor >= 0) {
        int ignored =
            (int) calls.posixFadvise.invokeExact(descriptor, position, length, POSIX_FADV_DONTNEED);
        close(descriptor);
      }
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Memory of zeros whose pages are made when they are first used; freed with the arena.
   *
   * @return null if there is none or the calls are not available
   */
  @SuppressWarnings("restricted")
  public static @Nullable MemorySegment anonymousMemory(long bytes, Arena arena) {
    NativeCalls calls = CALLS;
    if (calls == null) {
      return null;
    }
    long address = MAP_FAILED;
    MemorySegment memory = null;
    try {
      address =
          (long) calls.mmap.invokeExact(0L, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
      if (address != MAP_FAILED) {
        memory = MemorySegment.ofAddress(address).reinterpret(bytes, arena, calls::unmap);
      }
      return memory;
    } catch (Throwable e) {
      throw unexpected(e);
    } finally {
      if (memory == null && address != MAP_FAILED) {
        calls.unmap(MemorySegment.ofAddress(address).reinterpret(bytes));
      }
    }
  }

  private void unmap(MemorySegment memory) {
    try {
      int ignored = (int) munmap.invokeExact(memory, memory.byteSize());
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * The count of blocks that the calling thread has read from devices, read-ahead included; 0 if
   * that is not known.
   */
  public static long blocksRead() {
    NativeCalls calls = CALLS;
    if (calls == null) {
      return 0;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment usage = arena.allocate(RUSAGE_BYTES, Long.BYTES);
      return (int) calls.getrusage.invokeExact(RUSAGE_THREAD, usage) == 0
          ? usage.get(ValueLayout.JAVA_LONG, RUSAGE_INBLOCK)
          : 0;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Lowers the scheduling priority of the calling thread, permanently, by {@code steps} of 40 nice
   * levels. Each costs the thread a fifth of its share of a processor that other threads want. On
   * Linux each thread has its own nice level. Does nothing if the calls are not available.
   */
  public static void lowerPriority(int steps) {
    NativeCalls calls = CALLS;
    if (calls != null) {
      try {
        // Returns the new level or -1, which can also be a level. Lowering a priority cannot fail.
        int ignored = (int) calls.nice.invokeExact(steps);
      } catch (Throwable e) {
        throw unexpected(e);
      }
    }
  }

  /**
   * Takes a lock on a file that belongs to the open file, not to the process: no other close of the
   * file ends it.
   *
   * @return the descriptor, for {@link #close}, or {@link #LOCKED} or {@link #NO_DESCRIPTOR}
   */
  public static int lock(Path file) {
    NativeCalls calls = CALLS;
    if (calls == null) {
      return NO_DESCRIPTOR;
    }
    try (Arena arena = Arena.ofConfined()) {
      int descriptor =
          (int)
              calls.open.invokeExact(
                  arena.allocateFrom(file.toAbsolutePath().toString()), calls.openFlags);
      if (descriptor < 0) {
        return NO_DESCRIPTOR;
      }
      MemorySegment flock = arena.allocate(FLOCK_BYTES, Long.BYTES);
      flock.set(ValueLayout.JAVA_SHORT, 0, F_WRLCK);
      flock.set(ValueLayout.JAVA_LONG, 8, LOCKED_BYTE);
      flock.set(ValueLayout.JAVA_LONG, 16, 1);
      MemorySegment state = arena.allocate(CALL_STATE);
      if ((int) calls.fcntl.invokeExact(state, descriptor, F_OFD_SETLK, flock) == 0) {
        return descriptor;
      }
      int error = (int) ERRNO.get(state, 0L);
      close(descriptor);
      return error == EAGAIN || error == EACCES ? LOCKED : NO_DESCRIPTOR;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Closes what {@link #lock} returned. */
  public static void close(int descriptor) {
    NativeCalls calls = CALLS;
    if (calls != null && descriptor >= 0) {
      try {
        int ignored = (int) calls.close.invokeExact(descriptor);
      } catch (Throwable e) {
        throw unexpected(e);
      }
    }
  }

  /**
   * Opens a file for writing; it must not be a link.
   *
   * @return the descriptor, for {@link #close}, or {@link #NO_DESCRIPTOR}
   */
  static int openToWrite(Path file) {
    NativeCalls calls = CALLS;
    if (calls == null) {
      return NO_DESCRIPTOR;
    }
    try (Arena arena = Arena.ofConfined()) {
      return (int)
          calls.open.invokeExact(
              arena.allocateFrom(file.toAbsolutePath().toString()), calls.openFlags);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** The error number, which {@code posix_fallocate} returns; -1 for another failure. */
  private int fallocate(Path file, long bytes) {
    int descriptor = openToWrite(file);
    if (descriptor < 0) {
      return -1;
    }
    try {
      int error;
      do {
        error = (int) posixFallocate.invokeExact(descriptor, 0L, bytes);
      } while (error == EINTR);
      int closed = (int) close.invokeExact(descriptor);
      return closed == 0 ? error : -1;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static @Nullable NativeCalls link() {
    if (!NativeCalls.class.getModule().isNativeAccessEnabled()
        || !System.getProperty("os.name", "").equals("Linux")) {
      return null;
    }
    int noFollowFlag =
        switch (System.getProperty("os.arch", "")) {
          case "amd64" -> 0x20000;
          case "aarch64" -> 0x8000;
          default -> 0;
        };
    try {
      return noFollowFlag == 0 ? null : new NativeCalls(noFollowFlag);
    } catch (RuntimeException e) {
      // A C library without one of them, or a JVM without a linker: the fallbacks are used.
      return null;
    }
  }

  /** A call of the C library. */
  @SuppressWarnings("restricted")
  static MethodHandle handle(String name, FunctionDescriptor descriptor, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
  }

  /** Rethrows what a downcall threw; it declares no checked exception. */
  static AssertionError unexpected(Throwable e) {
    switch (e) {
      case RuntimeException cause -> throw cause;
      case Error cause -> throw cause;
      default -> {
        return new AssertionError(e);
      }
    }
  }
}
