package dev.firn.cli.console;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A working folder that is deleted at the end, also when the process is terminated.
 *
 * <p><b>Ownership.</b> The creator closes it, after everything in it is closed.
 */
public final class TemporaryFolder implements AutoCloseable {

  private final Path path;
  private final boolean keep;
  private final Thread atExit = new Thread(this::deleteQuietly, "firn-cleanup");

  private TemporaryFolder(Path path, boolean keep) {
    this.path = path;
    this.keep = keep;
    if (!keep) {
      Runtime.getRuntime().addShutdownHook(atExit);
    }
  }

  /**
   * Makes a folder: the wanted one, which must be missing or empty, or else a temporary one.
   */
  public static TemporaryFolder create(@Nullable Path wanted, String prefix, boolean keep) {
    if (wanted == null) {
      return new TemporaryFolder(LocalFiles.createTemporaryFolder(prefix), keep);
    }
    if (!LocalFiles.isFree(wanted)) {
      throw new Failure(
          ExitCode.UNOPENED, wanted + ": is there already; name a folder that is missing or empty");
    }
    return new TemporaryFolder(LocalFiles.createFolder(wanted), keep);
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  private void deleteQuietly() {
    try {
      LocalFiles.deleteTree(path);
    } catch (RuntimeException e) {
      // The process is ending: the failure cannot be reported.
    }
  }

  /** Deletes the folder, unless it is to be kept. */
  @Override
  public void close() {
    if (keep) {
      return;
    }
    LocalFiles.deleteTree(path);
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook runs.
    }
  }
}
