package dev.firn.test;

import dev.firn.Store;
import dev.firn.StoreOptions;

/**
 * Where a test keeps one store: in memory, where a killed process and a power cut can be had for
 * the asking, or in a folder of the real file system.
 */
public interface Disk extends AutoCloseable {

  /** Opens the store. */
  Store open(StoreOptions options);

  /** Whether {@link #afterKill} and {@link #afterPowerCut} work. */
  boolean canCrash();

  /** What another process would find if this one died now. The disk itself goes on. */
  Disk afterKill();

  /** What could be found after a power cut now; the seed decides about all that was not synced. */
  Disk afterPowerCut(long seed);

  /** Fails if a file, a mapping or a lock of the store is still open. */
  void assertNothingOpen();

  /** Deletes everything. */
  @Override
  void close();
}
