package dev.firn.core.file;

import java.nio.file.Path;

/**
 * A test's say before each operation of a {@link MemoryFileSystem}: it may fail the operation by
 * throwing what the file system would throw, count it, block it, or take a clone as of this moment.
 *
 * <p><b>Threading.</b> Called by the thread that asks for the operation, without any lock held.
 */
@FunctionalInterface
public interface FaultInjection {

  /** Lets everything pass. */
  FaultInjection NONE = (operation, path) -> {};

  /** Called before the operation; when it throws, the operation does not take place. */
  void before(FileOperation operation, Path path);

  /**
   * Called in the middle of a {@link FileOperation#SYNC} or {@link FileOperation#SYNC_DIRECTORY}:
   * what it will make durable is settled, nothing of it is yet. Must not throw.
   */
  default void during(FileOperation operation, Path path) {}
}
