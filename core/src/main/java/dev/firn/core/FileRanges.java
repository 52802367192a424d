package dev.firn.core;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the C library that concern a part of a file, see {@link NativeCalls}. Without them
 * nothing happens, which costs time or room and changes no byte that is used.
 */
public final class FileRanges {

  private static final int FALLOC_FL_KEEP_SIZE = 1;
  private static final int FALLOC_FL_PUNCH_HOLE = 2;

  private static final @Nullable FileRanges CALLS = link();

  private final MethodHandle fallocate;

  private FileRanges() {
    fallocate =
        NativeCalls.handle(
            "fallocate",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG));
  }

  /** Whether the calls are available. */
  public static boolean areAvailable() {
    return CALLS != null;
  }

  /** A file that is open for these calls. */
  public static final class Opened implements AutoCloseable {

    private final int descriptor;

    private Opened(int descriptor) {
      this.descriptor = descriptor;
    }

    /**
     * Makes a hole: the bytes become zeros without blocks on the device; the length stays.
     *
     * @return false if the file system has no holes, or the call failed
     */
    public boolean punch(long position, long length) {
      FileRanges calls = CALLS;
      try {
        return calls != null
            && descriptor >= 0
            && (int)
                    calls.fallocate.invokeExact(
                        descriptor, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, position, length)
                == 0;
      } catch (Throwable e) {
        throw NativeCalls.unexpected(e);
      }
    }

    @Override
    public void close() {
      NativeCalls.close(descriptor);
    }
  }

  /** Opens a file; its calls fail if it cannot be opened. */
  public static Opened open(Path file) {
    return new Opened(CALLS == null ? NativeCalls.NO_DESCRIPTOR : NativeCalls.openToWrite(file));
  }

  private static @Nullable FileRanges link() {
    try {
      return NativeCalls.isAvailable() ? new FileRanges() : null;
    } catch (RuntimeException e) {
      return null; // a C library without one of them
    }
  }
}
