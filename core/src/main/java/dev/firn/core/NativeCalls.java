package dev.firn.core;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The few calls of the C library that Java has no method for. They are used where the user has
 * enabled native access for Firn; nothing needs them.
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

  private static final @Nullable NativeCalls CALLS = link();

  private final MethodHandle open;
  private final MethodHandle close;
  private final MethodHandle posixFallocate;
  private final MethodHandle madvise;
  private final MethodHandle nice;
  private final int openFlags;

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
    nice = handle("nice", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    openFlags = O_WRONLY | O_CLOEXEC | noFollowFlag;
  }

  /** What came of {@link #allocate}. */
  public enum Allocation {
    /** The file has them. */
    DONE,
    /** There is no room for them. */
    DISK_FULL,
    /** Nothing is known about the file's blocks: they have to be written. */
    NOT_POSSIBLE
  }

  /** Whether the calls may be made and are there. Without native access it never asks for it. */
  public static boolean isAvailable() {
    return CALLS != null;
  }

  /** Gives a file {@code bytes} zero bytes and the blocks to hold them. */
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

  /** Makes all pages of a mapping present and writable; false when the kernel will not. */
  public static boolean populate(MemorySegment mapping) {
    NativeCalls calls = CALLS;
    try {
      return calls != null
          && (int) calls.madvise.invokeExact(mapping, mapping.byteSize(), MADV_POPULATE_WRITE) == 0;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Has the scheduler prefer other threads to the calling one, for good: by {@code steps} of the 40
   * that there are, each of which costs it a fifth of its share of a processor that others want
   * too. On Linux a thread has such a value of its own. Does nothing where it cannot.
   */
  public static void giveWay(int steps) {
    NativeCalls calls = CALLS;
    if (calls != null) {
      try {
        // Returns the new value or -1, which may be both. It can only fail to raise a priority.
        int ignored = (int) calls.nice.invokeExact(steps);
      } catch (Throwable e) {
        throw unexpected(e);
      }
    }
  }

  /** The error number, which this one function returns instead of setting it; -1 for any other. */
  private int fallocate(Path file, long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      int descriptor =
          (int) open.invokeExact(arena.allocateFrom(file.toAbsolutePath().toString()), openFlags);
      if (descriptor < 0) {
        return -1;
      }
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
      // A C library without one of them, or a JVM without a linker: the fallbacks do the work.
      return null;
    }
  }

  @SuppressWarnings("restricted")
  private static MethodHandle handle(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
  }

  /** What a downcall threw: checked exceptions it has none. */
  private static AssertionError unexpected(Throwable e) {
    switch (e) {
      case RuntimeException cause -> throw cause;
      case Error cause -> throw cause;
      default -> {
        return new AssertionError(e);
      }
    }
  }
}
