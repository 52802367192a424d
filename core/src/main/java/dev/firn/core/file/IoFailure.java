package dev.firn.core.file;

import dev.firn.error.DiskFullException;
import dev.firn.error.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Translates failures that the operating system reports to the exceptions of the store. */
final class IoFailure {

  private IoFailure() {}

  /** The failure of an operation that needs no room on the device. */
  static RuntimeException of(Path file, String problem, Throwable cause) {
    return of(file, problem, 0, cause);
  }

  /**
   * The failure of an operation on a file.
   *
   * @param problem the problem, as a phrase: {@code "cannot be read"}
   * @param wantedBytes the room that the operation needed
   */
  static RuntimeException of(Path file, String problem, long wantedBytes, Throwable cause) {
    boolean wrapped =
        cause instanceof UncheckedIOException || cause instanceof DirectoryIteratorException;
    Throwable reported = wrapped && cause.getCause() instanceof IOException io ? io : cause;
    return switch (reported) {
      case ClosedChannelException e -> closed(file, e);
      case NoSuchFileException e -> new StorageException(file, problem + ": it does not exist", e);
      case FileAlreadyExistsException e -> new StorageException(file, problem + ": it exists", e);
      default ->
          isFull(file, wantedBytes, reported)
              ? new DiskFullException(file, wantedBytes, reported)
              : new StorageException(file, problem, reported);
    };
  }

  /** The use of a file after it was closed, a mistake of the caller. */
  static IllegalStateException closed(Path file, @Nullable Throwable cause) {
    return new IllegalStateException("file=" + file + " is closed", cause);
  }

  /**
   * Java has no exception for a full device, only the C library's message. That message is in the
   * user's language, so the remaining room is evidence, too. A quota and the limit of a file's size
   * (EFBIG, {@code ulimit -f}) can be lifted like a full device.
   */
  private static boolean isFull(Path file, long wantedBytes, Throwable reported) {
    if (!(reported instanceof IOException)) {
      return false;
    }
    String message = String.valueOf(reported.getMessage());
    return message.contains("No space left on device")
        || message.contains("Disk quota exceeded")
        || message.contains("File too large")
        || usableBytes(file) < wantedBytes;
  }

  private static long usableBytes(Path file) {
    try {
      return Files.getFileStore(file).getUsableSpace();
    } catch (IOException e) {
      return Long.MAX_VALUE;
    }
  }
}
