package dev.firn.test;

import dev.firn.Store;
import dev.firn.StoreOptions;

/**
 * Where a test keeps one store: in memory, where process kills and power cuts can be simulated, or
 * in a folder of the real file system.
 */
public interface Disk extends AutoCloseable {

  Store open(StoreOptions options);

  /** Whether {@link #afterKill} and {@link #afterPowerCut} work. */
  boolean canCrash();

  /** What another process would find if this one died now. This disk stays usable. */
  Disk afterKill();

  /** One outcome of a power cut now; the seed decides the fate of all that is not synced. */
  Disk afterPowerCut(long seed);

  /** Fails if a file, a mapping or a lock of the store is open. */
  void assertNothingOpen();

  @Override
  void close();
}
