package dev.firn.sstable;

import dev.firn.core.NativeCalls;

/**
 * Predicts whether the next blocks are on the device, which only the kernel knows, and asking it
 * for a block costs as much as the search of one in memory. So it is asked only when a search takes
 * suspiciously long: how much this thread has read from devices. A wrong prediction costs speed
 * only.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class DeviceWaits {

  /** Few devices deliver a block faster. */
  private static final long SUSPICIOUS_NANOS = 40_000;

  /** Count of groups without a wait after which none is expected. */
  private static final int PATIENCE = 2;

  private int expected;
  private long read;

  /** Whether the next blocks are probably on the device. */
  boolean areExpected() {
    return expected > 0;
  }

  /** Records that some blocks took some time; returns whether any was read from the device. */
  boolean isWait(long nanos) {
    if (nanos < SUSPICIOUS_NANOS) {
      return false;
    }
    boolean hasRead = hasRead();
    expected = hasRead ? PATIENCE : expected;
    return hasRead;
  }

  /** Records the end of a group. */
  void endGroup() {
    if (expected > 0) {
      expected = hasRead() ? PATIENCE : expected - 1;
    }
  }

  /** Whether this thread has read from a device since the last call. */
  private boolean hasRead() {
    long before = read;
    read = NativeCalls.blocksRead();
    return read > before;
  }
}
