package dev.firn.cli.console;

import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files that the tool itself reads, and the folders that it works in; not the files of a store.
 */
public final class LocalFiles {

  private static final int DELETE_ATTEMPTS = 3;

  private LocalFiles() {}

  /** Standard output; a failed write throws. */
  static OutputStream standardOutput() {
    return new FileOutputStream(FileDescriptor.out);
  }

  /** Whether a descriptor of the process is a terminal; false if unknown. */
  static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** Whether there is a file or folder of this name. */
  public static boolean exists(Path path) {
    return Files.exists(path);
  }

  /** Opens a file to be read. */
  public static InputStream open(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new Failure(ExitCode.BAD_INPUT, file + ": is a folder; name a file, or - for stdin");
      }
      return Files.newInputStream(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** A file's length in bytes. */
  public static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** The names in a folder; empty when there is no folder. */
  public static List<String> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  /** Whether the path is missing or an empty folder. */
  public static boolean isFree(Path path) {
    return !Files.exists(path) || (Files.isDirectory(path) && list(path).isEmpty());
  }

  /** Makes a folder and its parents. */
  static Path createFolder(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new Failure(ExitCode.FAILED, folder + ": cannot be created: " + e.getMessage(), e);
    }
  }

  /** Makes a new temporary folder. */
  static Path createTemporaryFolder(String prefix) {
    try {
      return Files.createTempDirectory(prefix);
    } catch (IOException e) {
      throw new Failure(
          ExitCode.FAILED, "no temporary folder can be created: " + e.getMessage(), e);
    }
  }

  /** The bytes of all files below a folder. */
  public static long sizeOfTree(Path folder) {
    long[] sum = new long[1];
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              sum[0] += attributes.size();
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE; // deleted meanwhile
              }
              throw e;
            }
          });
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
    return sum[0];
  }

  /** Deletes a folder and everything in it; no error if it is missing. */
  public static void deleteTree(Path folder) {
    for (int attempt = 1; Files.exists(folder); attempt++) {
      try {
        Files.walkFileTree(folder, new Deletion());
      } catch (DirectoryNotEmptyException e) {
        if (attempt == DELETE_ATTEMPTS) { // a process still writes there
          throw undeletable(folder, e);
        }
      } catch (IOException e) {
        throw undeletable(folder, e);
      }
    }
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
        throws IOException {
      Files.deleteIfExists(directory);
      return FileVisitResult.CONTINUE;
    }
  }

  /** What is wrong with an input, as a phrase. */
  public static String problem(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "no such file";
      case AccessDeniedException denied -> "cannot be read: permission denied";
      case EOFException end -> "ends in the middle of its compressed data";
      default -> "cannot be read: " + e.getMessage();
    };
  }

  private static Failure unreadable(Path path, IOException e) {
    return new Failure(ExitCode.BAD_INPUT, path + ": " + problem(e), e);
  }

  private static Failure undeletable(Path path, IOException e) {
    return new Failure(ExitCode.FAILED, path + ": cannot be deleted: " + e.getMessage(), e);
  }
}
