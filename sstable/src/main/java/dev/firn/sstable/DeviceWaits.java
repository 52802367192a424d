package dev.firn.sstable;

/**
 * Predicts from the time that searches took whether the next blocks are on the device: whether
 * memory holds them is known to the kernel alone, and to ask it costs as much as the search. A
 * wrong prediction costs speed only.
 *
 * <p><b>Threading.</b> Belongs to one thread.
 */
final class DeviceWaits {

  /** Few devices deliver a block faster, and few searches of a block in memory take longer. */
  private static final long WAIT_NANOS = 40_000;

  private static final long SEARCH_NANOS = 2_000;

  /** Count of groups without a wait after which none is expected. */
  private static final int PATIENCE = 8;

  private int expected;

  /** Whether the next blocks are probably on the device. */
  boolean areExpected() {
    return expected > 0;
  }

  /** Records that a few blocks took some time; returns whether at least one was on the device. */
  boolean isWait(long nanos) {
    if (nanos < WAIT_NANOS) {
      return false;
    }
    expected = PATIENCE;
    return true;
  }

  /** Records the time that the searches of a group took. */
  void record(long nanos, int searches) {
    if (nanos > WAIT_NANOS + SEARCH_NANOS * searches) {
      expected = PATIENCE;
    } else if (expected > 0) {
      expected--;
    }
  }
}
