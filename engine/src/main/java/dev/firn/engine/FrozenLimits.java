package dev.firn.engine;

/**
 * How many generations may be frozen. A generation counts as one for each usual size that it has,
 * so that large records do not take more memory than small ones.
 *
 * @param flush count of a usual flush: few, large runs are cheaper to search and to compact
 * @param unitBytes the size of a usual generation: its segment and its arena
 */
record FrozenLimits(int flush, long unitBytes) {

  private static final int MAX_FLUSH = 4;

  /** Those of a store with enough memory, without large generations. */
  static final FrozenLimits USUAL = new FrozenLimits(MAX_FLUSH, Long.MAX_VALUE);

  /** Those of a store with this much memory, of which the frozen generations get three quarters. */
  static FrozenLimits of(long memoryBytes, long segmentBytes) {
    long unitBytes = 2 * segmentBytes;
    long flush = (memoryBytes / unitBytes + 2) / MAX_FLUSH;
    return new FrozenLimits(Math.clamp(flush, 1, MAX_FLUSH), unitBytes);
  }

  /** The count above which writers are throttled; the maximum of one flush. */
  int throttle() {
    return 2 * flush;
  }

  /** The count at which writers stop. */
  int max() {
    return 3 * flush;
  }

  /** What a generation counts. */
  int units(Generation generation) {
    long bytes = generation.memoryBytes();
    return Math.clamp((bytes + unitBytes / 2) / unitBytes, 1, Integer.MAX_VALUE / 64);
  }
}
