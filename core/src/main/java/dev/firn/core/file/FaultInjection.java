package dev.firn.core.file;

import java.nio.file.Path;

/**
 * A hook of a test, called before each operation of a {@link MemoryFileSystem}. It may fail the
 * operation by throwing what the file system would throw, count it, block it, or clone the file
 * system at this moment.
 *
 * <p><b>Threading.</b> Called by the thread that calls the operation, without a lock held.
 */
@FunctionalInterface
public interface FaultInjection {

  /** Fails nothing. */
  FaultInjection NONE = (operation, path) -> {};

  /** Called before the operation; if it throws, the operation does not take place. */
  void before(FileOperation operation, Path path);

  /**
   * Called in the middle of a {@link FileOperation#SYNC} or {@link FileOperation#SYNC_DIRECTORY}:
   * what it makes durable is determined, and nothing of it is durable. Must not throw.
   */
  default void during(FileOperation operation, Path path) {}
}
